namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Sentences of many kinds, written for this purpose, that stand for what a model may meet.</summary>
internal static class CalibrationTexts
{
    /// <summary>Gets the sentences.</summary>
    public static IReadOnlyList<string> Default { get; } =
    [
        "How do I change the address on my account?",
        "My parcel was supposed to arrive on Monday, but the tracking page has not moved since Friday.",
        "A man in a red jacket is walking his dog along the beach.",
        "Two children are building a tower out of wooden blocks.",
        "The central bank left its key interest rate unchanged at 4.25 percent on Thursday, citing weaker exports.",
        "Treatment with the inhibitor reduced tumour growth in mice, and the effect was lost when the receptor was deleted.",
        "In a randomised trial of 412 patients, the incidence of stroke did not differ between the groups (p = 0.43).",
        "The protein binds DNA through a zinc finger domain.",
        "public static int Add(int left, int right) => left + right;",
        "Error 0x80070005: access is denied. Run the installer as an administrator.",
        "What is the difference between a stack and a queue?",
        "The castle was built in 1284 by Edward I on the site of an earlier wooden fort.",
        "Preheat the oven to 180 °C, butter the tin, and fold the egg whites into the batter.",
        "I loved the first season, but the plot falls apart halfway through the second.",
        "Great value for money; the battery lasts two days and the screen is bright enough outdoors.",
        "Terrible service. We waited an hour for cold soup!",
        "The tenant shall give written notice no less than sixty days before the end of the term.",
        "Cheap flights from Lisbon to Oslo in March",
        "lol that was so funny 😂😂",
        "Thanks, see you tomorrow at 9:30.",
        "Photosynthesis turns carbon dioxide and water into sugar and oxygen.",
        "The orchestra played Dvořák's ninth symphony in Kraków, São Paulo, and Zürich.",
        "SELECT name, COUNT(*) FROM orders WHERE year = 2024 GROUP BY name HAVING COUNT(*) > 3;",
        "Police said a 34-year-old woman was taken to hospital after the crash on the ring road.",
        "Can I deduct the cost of a home office if I work from home two days a week?",
        "The quick brown fox jumps over the lazy dog.",
        "東京は日本の首都です。",
        "Где находится ближайшая аптека?",
        "¿Cuánto cuesta el billete de ida y vuelta?",
        "Water boils at a lower temperature in the mountains because the air pressure is lower.",
        "The committee's report, which runs to more than four hundred pages, finds that the agency ignored repeated warnings, kept poor records, and failed to follow its own rules; it recommends new management, outside audits, and a public register of all contracts above ten thousand euros.",
        "Dark matter does not emit light, so astronomers infer its mass from the motion of stars and from the way galaxies bend the light behind them.",
        "yes",
        "",
    ];
}
