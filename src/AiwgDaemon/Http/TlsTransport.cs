using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;

namespace AiwgDaemon.Http;

/// <summary>
/// TLS between socket and HTTP, as a step of a connection. Kestrel's own step can be had with the whole web host only. A client
/// that does not complete the handshake in time is dropped without a word.
/// </summary>
internal static class TlsTransport
{
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(
        ConnectionContext connection, SslStreamCertificateContext certificate, Action failed, ConnectionDelegate next)
    {
        var plain = connection.Transport;
        await using var encrypted = new SslStream(new PipeStream(plain));
        using (var limit = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed))
        {
            limit.CancelAfter(HandshakeLimit);
            try
            {
                await encrypted.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions { ServerCertificateContext = certificate },
                    limit.Token
                );
            }
            catch (Exception e) when (e is IOException or AuthenticationException or OperationCanceledException)
            {
                // Plain HTTP, a scanner, or gone.
                failed();
                return;
            }
        }
        var (input, output) = (
            PipeReader.Create(encrypted, new StreamPipeReaderOptions(useZeroByteReads: true)),
            PipeWriter.Create(encrypted)
        );
        try
        {
            connection.Transport = new Duplex(input, output);
            await next(connection);
        }
        finally
        {
            await input.CompleteAsync();
            await output.CompleteAsync();
            connection.Transport = plain;
        }
    }

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }

    /// <summary>What TLS reads from and writes to; asynchronous only.</summary>
    private sealed class PipeStream(IDuplexPipe pipe) : Stream
    {
        private readonly Stream _input = pipe.Input.AsStream(leaveOpen: true), _output = pipe.Output.AsStream(leaveOpen: true);

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _input.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            _output.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => _output.FlushAsync(cancellationToken);

        public override void Flush()
        {
            // Each write is flushed by the pipe's stream already.
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
