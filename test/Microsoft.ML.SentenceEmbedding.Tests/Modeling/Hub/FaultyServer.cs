using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Microsoft.ML.SentenceEmbedding.Tests;

/// <summary>An HTTP server in this process that can do what no decent server does: break off, lie about lengths, fall silent.</summary>
internal sealed class FaultyServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<ServerRequest> _requests = new();
    private readonly Func<ServerRequest, ServerReply> _answer;

    public FaultyServer(Func<ServerRequest, ServerReply> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = ListenAsync();
    }

    public string Address => $"http://{_listener.LocalEndpoint}";

    /// <summary>Gets what was asked so far.</summary>
    public IReadOnlyList<ServerRequest> Requests => [.. _requests];

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
    }

    private async Task ListenAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync(_end.Token));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task AnswerAsync(TcpClient accepted)
    {
        using TcpClient client = accepted;
        try
        {
            using NetworkStream stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
            string target = (await reader.ReadLineAsync(_end.Token))!.Split(' ')[1];
            var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            while (await reader.ReadLineAsync(_end.Token) is { Length: > 0 } line)
            {
                string[] parts = line.Split(": ", 2);
                headers[parts[0]] = parts[1];
            }

            var request = new ServerRequest(target, headers);
            _requests.Enqueue(request);
            await SendAsync(stream, _answer(request));
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The client went away, or the test is over.
        }
    }

    private async Task SendAsync(NetworkStream stream, ServerReply reply)
    {
        var head = new StringBuilder();
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {reply.Status} Reason\r\nConnection: close\r\nContent-Length: {reply.ClaimedLength ?? reply.Body.Length}\r\n");
        foreach ((string name, string value) in reply.Headers)
        {
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), _end.Token);
        await stream.WriteAsync(reply.Body.AsMemory(0, reply.SentLength ?? reply.Body.Length), _end.Token);
        if (reply.Hangs)
        {
            await Task.Delay(Timeout.Infinite, _end.Token);
        }
    }
}
