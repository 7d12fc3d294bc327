using System.Runtime.CompilerServices;

// The runtime knows the attribute by its name: it lets this assembly use the members of the two named ones that are not public.
// Which of them the compiler is shown, and why, stands in eng/InternalsOf.targets and the project file.
[assembly: IgnoresAccessChecksTo("Microsoft.ML.Core")]
[assembly: IgnoresAccessChecksTo("Microsoft.ML.Data")]

namespace System.Runtime.CompilerServices;

[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
{
    public string AssemblyName { get; } = assemblyName;
}
