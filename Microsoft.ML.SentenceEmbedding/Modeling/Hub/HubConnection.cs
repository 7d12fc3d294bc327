using System.Net.Http.Headers;
using Microsoft.Extensions.Http.Resilience;
using Polly;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Requests to the hub and to the hosts that it sends a download to.</summary>
/// <remarks>What passes by itself, such as an overloaded server or a connection that cannot be made, is tried again a few times, with growing waits or those that the server asks for.</remarks>
internal sealed class HubConnection : IDisposable
{
    /// <summary>How often something is tried again.</summary>
    public const int MaximumRetries = 5;

    private const int MaximumRedirects = 5;
    private const int BlockLength = 1 << 17;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);

    // The hub counts requests in windows of five minutes. Whoever asks for more gets an error to show.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private static readonly ProductInfoHeaderValue UserAgent = new(typeof(HubConnection).Assembly.GetName().Name!, typeof(HubConnection).Assembly.GetName().Version?.ToString(3));

    private readonly HubRepository _repository;
    private readonly HubSettings _settings;
    private readonly Uri _endpoint;
    private readonly HttpMessageInvoker _invoker;
    private readonly ResiliencePipeline<HttpResponseMessage> _retries;

    /// <summary>Makes a connection for one repository's files.</summary>
    public HubConnection(HubRepository repository, HubSettings settings)
    {
        _repository = repository;
        _settings = settings;
        _endpoint = new Uri(settings.Endpoint);
        _invoker = settings.Options.MessageHandler is { } handler
            ? new HttpMessageInvoker(handler, disposeHandler: false)
            : new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false });
        _retries = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = settings.Options.Time }
            .AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = MaximumRetries,
                Delay = FirstWait,
                ShouldHandle = arguments => ValueTask.FromResult(HttpClientResiliencePredicates.IsTransient(arguments.Outcome) && AsksForWait(arguments.Outcome.Result) <= LongestWait),
            })
            .Build();
    }

    /// <summary>Gets a short answer.</summary>
    /// <param name="address">Where to ask.</param>
    /// <param name="maximumLength">How many bytes the answer may have.</param>
    /// <param name="isPatient">False to give up at the first failure.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HttpRequestException">The hub cannot be reached, or refuses.</exception>
    /// <exception cref="InvalidDataException">The answer is too long.</exception>
    public async Task<ReadOnlyMemory<byte>> GetAsync(Uri address, int maximumLength, bool isPatient, CancellationToken cancellationToken)
    {
        for (int failures = 0; ; failures++)
        {
            try
            {
                using HttpResponseMessage response = await OpenAsync(address, 0, isPatient, _ => { }, cancellationToken).ConfigureAwait(false);
                using var answer = new MemoryStream();
                await ReceiveAsync(response, answer, maximumLength, _ => { }, cancellationToken).ConfigureAwait(false);
                return answer.ToArray();
            }
            catch (HttpIOException exception) when (!isPatient || failures == MaximumRetries)
            {
                throw new HttpRequestException(exception.HttpRequestError, $"{Show(address)}: the answer broke off. {exception.Message}", exception);
            }
            catch (HttpIOException)
            {
                await WaitAsync(failures, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Asks for a file from a byte on, and follows the hub to wherever it lies. The token goes to the hub alone.</summary>
    /// <param name="address">The file's address on the hub.</param>
    /// <param name="offset">How many bytes are there already.</param>
    /// <param name="isPatient">False to give up at the first failure.</param>
    /// <param name="check">Looks at the hub's own answer, whose headers tell what the file is; the content host's tell nothing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HttpRequestException">A server cannot be reached, or refuses.</exception>
    public async Task<HttpResponseMessage> OpenAsync(Uri address, long offset, bool isPatient, Action<HttpResponseMessage> check, CancellationToken cancellationToken)
    {
        bool isChecked = false;
        for (int redirects = 0; redirects <= MaximumRedirects; redirects++)
        {
            HttpResponseMessage response = await SendAsync(address, offset, isPatient, cancellationToken).ConfigureAwait(false);
            try
            {
                Uri? target = (int)response.StatusCode is >= 300 and < 400 ? response.Headers.Location : null;
                if (target is null && !response.IsSuccessStatusCode)
                {
                    throw HubRequestException.From(response, _repository, _settings);
                }

                // A relative address is the same file elsewhere on the hub, as that of a renamed repository.
                if (!isChecked && target is not { IsAbsoluteUri: false })
                {
                    check(response);
                    isChecked = true;
                }

                if (target is null)
                {
                    return response;
                }

                address = RequireSafe(address, new Uri(address, target));
            }
            catch
            {
                response.Dispose();
                throw;
            }

            response.Dispose();
        }

        throw new HttpRequestException($"{Show(address)}: more than {MaximumRedirects} redirects, one after another.");
    }

    /// <summary>Reads an answer's bytes as they come.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="destination">Where the bytes go.</param>
    /// <param name="maximumLength">How many there may be.</param>
    /// <param name="report">Is told how many there are so far.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many there were.</returns>
    /// <exception cref="HttpIOException">The connection broke, or the server was silent for too long. Errors of the destination are of other types.</exception>
    /// <exception cref="InvalidDataException">There are too many.</exception>
    public async Task<long> ReceiveAsync(HttpResponseMessage response, Stream destination, long maximumLength, Action<long> report, CancellationToken cancellationToken)
    {
        using Stream source = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        byte[] block = new byte[BlockLength];
        for (long received = 0; ;)
        {
            int count = await ReadAsync(source, block, cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                return received;
            }

            received += count;
            if (received > maximumLength)
            {
                throw new InvalidDataException($"{Show(response.RequestMessage!.RequestUri!)}: the answer has more than the {maximumLength} bytes that were expected.");
            }

            await destination.WriteAsync(block.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            report(received);
        }
    }

    /// <summary>Waits before something is tried again: 1 second after the first failure, and twice as long after each further one.</summary>
    public Task WaitAsync(int failures, CancellationToken cancellationToken) =>
        Task.Delay(FirstWait * (1 << Math.Min(failures, MaximumRetries)), _settings.Options.Time, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _invoker.Dispose();

    // Without the query, which is what opens the content host.
    private static string Show(Uri address) => address.GetLeftPart(UriPartial.Path);

    private static Uri RequireSafe(Uri from, Uri to) =>
        to.Scheme == Uri.UriSchemeHttps || (to.Scheme == Uri.UriSchemeHttp && from.Scheme == Uri.UriSchemeHttp)
            ? to
            : throw new HttpRequestException($"{Show(from)} sends the download to {Show(to)}, which is not encrypted.");

    private TimeSpan AsksForWait(HttpResponseMessage? response) => response?.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - _settings.Options.Time.GetUtcNow(),
        _ => TimeSpan.Zero,
    };

    private async Task<HttpResponseMessage> SendAsync(Uri address, long offset, bool isPatient, CancellationToken cancellationToken)
    {
        try
        {
            return isPatient
                ? await _retries.ExecuteAsync(async token => await SendOnceAsync(address, offset, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false)
                : await SendOnceAsync(address, offset, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException exception)
        {
            throw new HttpRequestException(exception.HttpRequestError, $"{Show(address)} cannot be reached: {exception.Message} Check the network, and HTTPS_PROXY where there is a proxy; a model's directory that was copied here loads with SentenceModel.Load.", exception);
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(Uri address, long offset, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.UserAgent.Add(UserAgent);

        // Lengths and offsets are those of the file's own bytes.
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        if (offset > 0)
        {
            request.Headers.Range = new RangeHeaderValue(offset, null);
        }

        if (_settings.Token is { } token && Uri.Compare(address, _endpoint, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(_settings.Options.MaximumSilence);
        HttpResponseMessage response;
        try
        {
            response = await _invoker.SendAsync(request, silence.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, $"No answer within {_settings.Options.MaximumSilence.TotalSeconds:0} seconds.", exception);
        }

        if (request.RequestUri == address)
        {
            return response;
        }

        response.Dispose();
        throw new InvalidOperationException("HubOptions.MessageHandler follows redirects, and what the hub says about a file is lost with them: set its AllowAutoRedirect to false.");
    }

    private async ValueTask<int> ReadAsync(Stream source, Memory<byte> block, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(_settings.Options.MaximumSilence);
        try
        {
            return await source.ReadAsync(block, silence.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpIOException(HttpRequestError.ResponseEnded, $"Nothing came for {_settings.Options.MaximumSilence.TotalSeconds:0} seconds.", exception);
        }
        catch (IOException exception) when (exception is not HttpIOException)
        {
            throw new HttpIOException(HttpRequestError.ResponseEnded, exception.Message, exception);
        }
    }
}
