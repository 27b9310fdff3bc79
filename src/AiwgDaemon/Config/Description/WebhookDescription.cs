using AiwgDaemon.Sources.Webhook.Signing;
using static AiwgDaemon.Config.Description.CommonShapes;

namespace AiwgDaemon.Config.Description;

/// <summary>The keys of <c>webhook</c>.</summary>
internal static class WebhookDescription
{
    public static ObjectShape Webhook() =>
        new(
            "a map",
            Enabled("Listen for requests.", "false"),
            Host(),
            Port(),
            new(
                "listen",
                new ListShape("a list of addresses", new ObjectShape("a map with the key host", Host(), Port()) { ShortFor = "host" }),
                "Several addresses to listen on, in place of host and port."
            )
            {
                Default = "[]",
                Example = "[{host: 127.0.0.1, port: 9471}, unix:/run/aiwg/hooks.sock]",
            },
            new("secret_env", Variables(), "Environment variables that hold the secret; any of several verifies.")
            {
                Default = "[AIWG_WEBHOOK_SECRET]",
            },
            new("max_body_kb", Whole(1, 102_400), "Larger bodies are refused; a packed one is measured unpacked.") { Default = "1024" },
            new(
                "allowed_hosts",
                new ListShape("a list of host names", new TextShape("a host name", TextChecks.HostName)) { OrSingle = true },
                "Values of Host that are accepted besides loopback names and the bound address."
            )
            {
                Default = "[]",
                Example = "[hooks.example.org]",
            },
            new("rate_limit_per_minute", Whole(0, 1_000_000), "Requests a minute from one address that prove nothing; 0: no limit.")
            {
                Default = "600",
            },
            new(
                "trusted_proxies",
                new ListShape("a list of addresses or networks", new TextShape("an address or network", TextChecks.Network))
                {
                    OrSingle = true,
                },
                "Proxies whose X-Forwarded-For tells whose request it is; unix: those behind a Unix socket."
            )
            {
                Default = "[]",
                Example = "[127.0.0.1, 10.0.0.0/8]",
            },
            new("public_health", Flag, "/health and /metrics answer whoever reaches them.") { Default = "false" },
            new(
                "health_token_env",
                new TextShape("the name of an environment variable", TextChecks.Variable),
                "Environment variable with the bearer token that /health and /metrics ask for."
            )
            {
                Example = "AIWG_HEALTH_TOKEN",
            },
            new(
                "tls",
                new ObjectShape(
                    "a map with the keys certificate and key",
                    new("certificate", new TextShape("a path", TextChecks.Path), "PEM file with the certificate chain.")
                    {
                        Example = "tls/cert.pem",
                    },
                    new("key", new TextShape("a path", TextChecks.Path), "PEM file with the private key.") { Example = "tls/key.pem" }
                ),
                "HTTPS with this certificate, on all but Unix sockets."
            ),
            new("endpoints", new ListShape("a list of endpoints", Endpoint()), "Paths that take requests.") { Default = "[]" }
        );

    private static Key Host() =>
        new(
            "host",
            new TextShape("an address", TextChecks.Host),
            "Address to listen on: an IP address, localhost, * for all, or unix: and a path."
        )
        {
            Default = "127.0.0.1",
        };

    private static Key Port() => new("port", Whole(0, 65535), "Port to listen on; 0 takes a free one.") { Default = "9471" };

    private static ObjectShape Endpoint() =>
        new(
            "a map with the key path",
            new("path", new TextShape("a URL path", TextChecks.UrlPath), "Path of the URL.") { Required = true, Example = "/ci" },
            new("method", new ChoiceShape("POST", "PUT", "PATCH", "GET", "DELETE"), "HTTP method.") { Default = "POST" },
            new(
                "signature",
                new ChoiceShape([.. SchemeCatalogue.All.Select(s => s.Name), WebhookMapping.HmacWord]),
                "How requests prove that they know the secret: by the sender's name, or by hmac."
            )
            {
                Default = "github",
            },
            new(
                "hmac",
                new ObjectShape(
                    "a map with the key header",
                    new("header", new TextShape("the name of a header", TextChecks.Header), "Header that holds the signature.")
                    {
                        Example = "X-Signature",
                    },
                    new("algorithm", new ChoiceShape("sha256", "sha512", "sha1"), "Hash of the signature.") { Default = "sha256" },
                    new("encoding", new ChoiceShape("hex", "base64"), "How the signature is written; hex in lower case.")
                    {
                        Default = "hex",
                    },
                    new("prefix", new TextShape("text") { MayBeEmpty = true }, "What stands before the signature.")
                    {
                        Default = "\"\"",
                        Example = "\"sha256=\"",
                    },
                    new(
                        "timestamp_header",
                        new TextShape("the name of a header", TextChecks.Header),
                        "Header with the signed time; within tolerance_seconds."
                    )
                    {
                        Example = "X-Timestamp",
                    },
                    new("signed", new TextShape("text with {body}", TextChecks.SignedText), "What is signed.")
                    {
                        DefaultWords = "{body}, or {timestamp}.{body} with timestamp_header",
                        Example = "\"v1:{timestamp}:{body}\"",
                    }
                ),
                "The signature of a sender that is not known by name (signature: hmac)."
            ),
            new("secret_env", Variables(), "Environment variables with the secret of this endpoint.")
            {
                DefaultWords = "webhook.secret_env",
                Example = "CI_WEBHOOK_SECRET",
            },
            new("tolerance_seconds", Whole(1, 86_400), "How far a signed timestamp may be from now.") { Default = "300" },
            new("content", new ChoiceShape("auto", "json", "text"), "What bodies are; auto: what their Content-Type says.")
            {
                Default = "auto",
            },
            new(
                "headers",
                new ListShape("a list of header names", new TextShape("the name of a header", TextChecks.KeptHeader)) { OrSingle = true },
                "Further headers that events keep, for match and placeholders."
            )
            {
                Default = "[]",
                Example = "[X-Event-Key]",
            },
            new(
                "delivery_header",
                new TextShape("the name of a header", TextChecks.Header),
                "Header that names a delivery, so that each is taken once."
            )
            {
                DefaultWords = "the sender's own, else Idempotency-Key",
                Example = "X-Delivery-Id",
            },
            new(
                "respond",
                new ObjectShape(
                    "a map with the key status, or output",
                    new("kind", new ChoiceShape("fixed", WebhookMapping.OutputWord), "output: the answer is what the event's run prints.")
                    {
                        Default = "fixed",
                    },
                    new("status", Whole(200, 299), "Status of the fixed answer.") { Example = "200" },
                    new("body", new TextShape("text") { MayBeEmpty = true }, "Body of the fixed answer.")
                    {
                        Default = "\"\"",
                        Example = "ok",
                    },
                    new("wait_seconds", Fraction(0.1, 60), "How long the sender waits for the run's end; then it is told 202 and the id.")
                    {
                        Default = "2.5",
                    }
                )
                {
                    ShortFor = "kind",
                },
                "The answer to what was taken, instead of 202 with the event's id."
            )
        )
        {
            ShortFor = "path",
        };
}
