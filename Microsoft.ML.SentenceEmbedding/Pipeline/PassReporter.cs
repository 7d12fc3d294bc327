using System.Globalization;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.SentenceEmbedding;

/// <summary>Tells mlContext.Log how one pass over the data is getting on, and stops the pass when its context is canceled.</summary>
/// <remarks>
/// The first message comes after some seconds, the following ones every few seconds, and a summary at the end of a pass that took a second or more.
/// Cancellation counts only if it comes while the pass is running: the context of an AutoML trial stays canceled when the trial is over, and its
/// model has to predict all the same.
/// </remarks>
internal sealed class PassReporter : IDisposable
{
    private static readonly TimeSpan FirstMessage = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan BetweenMessages = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestSummary = TimeSpan.FromSeconds(1);

    private readonly IHost _host;
    private readonly string _activity;
    private readonly TimeProvider _time;
    private readonly bool _wasCanceledBefore;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly object _gate = new();
    private int _cursors;
    private long _rows;
    private long _remembered;
    private volatile bool _isMemoTooSmall;
    private long? _started;
    private TimeSpan _nextMessage = FirstMessage;

    /// <summary>Begins a pass.</summary>
    /// <param name="host">The component that makes the pass.</param>
    /// <param name="activity">What is done, and with which model.</param>
    /// <param name="cursors">How many cursors share the pass; each disposes the reporter once.</param>
    /// <param name="time">The clock.</param>
    public PassReporter(IHost host, string activity, int cursors, TimeProvider? time = null)
    {
        _host = host;
        _activity = activity;
        _cursors = cursors;
        _time = time ?? TimeProvider.System;
        _wasCanceledBefore = IsCanceled;
    }

    /// <summary>Gets the token that stops a computation of this pass.</summary>
    public CancellationToken CancellationToken => _cancellation.Token;

    private bool IsCanceled => _host is ICancelable { IsCanceled: true };

    /// <summary>Begins a window of rows.</summary>
    /// <exception cref="OperationCanceledException">The context has been canceled since the pass began.</exception>
    public void BeginWindow()
    {
        lock (_gate)
        {
            _started ??= _time.GetTimestamp();
        }

        CheckCancellation();
        if (_cancellation.IsCancellationRequested)
        {
            throw _host.Process(new OperationCanceledException($"{_activity} was canceled.", _cancellation.Token));
        }
    }

    /// <summary>Makes the listener for one call of the encoder.</summary>
    public IProgress<EncodingProgress> CreateProgress() => new CallProgress(this);

    /// <summary>Counts rows that are done.</summary>
    public void AddRows(long rows)
    {
        CheckCancellation();
        lock (_gate)
        {
            _rows += rows;
            TimeSpan elapsed = GetElapsed();
            if (elapsed >= _nextMessage)
            {
                _nextMessage = elapsed + BetweenMessages;
                Send($"{_activity}: {_rows:N0} rows, {GetRate(elapsed):N0} rows/s.");
            }
        }
    }

    /// <summary>Counts rows that are done and did not have to be computed.</summary>
    public void AddRemembered(long rows)
    {
        lock (_gate)
        {
            _remembered += rows;
        }

        AddRows(rows);
    }

    /// <summary>Notes that rows were computed that cannot be remembered.</summary>
    public void NoteSmallMemo() => _isMemoTooSmall = true;

    /// <summary>Ends a cursor's part in the pass; the last one's end is the end of the pass.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            TimeSpan elapsed = GetElapsed();
            if (--_cursors == 0 && elapsed >= ShortestSummary)
            {
                Send($"{_activity}: {_rows:N0} rows in {elapsed.TotalSeconds:N1} s, {GetRate(elapsed):N0} rows/s{GetRemembered()}.");
            }
        }
    }

    /// <summary>A first pass has nothing to say of the memo: it knows nothing from before, and a small memo does not slow it down.</summary>
    private string GetRemembered()
    {
        if (_remembered == 0)
        {
            return "";
        }

        string known = string.Create(CultureInfo.InvariantCulture, $"; {_remembered:N0} of them were known from before");
        return _isMemoTooSmall
            ? $"{known}, the others have no room in the memo and are computed in every pass: {nameof(SentenceEmbeddingEstimator.Options.MaxCachedTexts)} is too small"
            : known;
    }

    private TimeSpan GetElapsed() => _started is { } started ? _time.GetElapsedTime(started) : TimeSpan.Zero;

    private double GetRate(TimeSpan elapsed) => _rows / Math.Max(elapsed.TotalSeconds, 1e-3);

    private void CheckCancellation()
    {
        if (!_wasCanceledBefore && IsCanceled)
        {
            _cancellation.Cancel();
        }
    }

    private void Send(FormattableString message)
    {
        using IChannel channel = _host.Start("Transform");
        channel.Info(MessageSensitivity.None, message.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Counts what one call of the encoder reports; it may report from several threads and out of order.</summary>
    private sealed class CallProgress(PassReporter reporter) : IProgress<EncodingProgress>
    {
        private long _done;

        public void Report(EncodingProgress value)
        {
            long before = Interlocked.Read(ref _done);
            while (value.Done > before)
            {
                long seen = Interlocked.CompareExchange(ref _done, value.Done, before);
                if (seen == before)
                {
                    reporter.AddRows(value.Done - before);
                    return;
                }

                before = seen;
            }
        }
    }
}
