using System.Security.Cryptography;
using System.Text;
using AiwgDaemon.Sources.Webhook.Signing;
using Microsoft.AspNetCore.Http;

namespace AiwgDaemon.Tests.Sources.Webhook.Signing;

#pragma warning disable CA5350 // The senders' choice, and safe as a keyed hash
/// <summary>A request of each known sender, signed here as the sender's documentation says and with nothing of the product.</summary>
public sealed class SchemeCatalogueTests
{
    private const string Secret = "a secret",
        Body = """{"id":"e-1","event":{"id":"e-2"},"event_id":"e-3","update_id":4,"webhook_metadata":{"delivery":{"id":"e-5"}}}""";

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);

    private static readonly byte[] StandardKey = "0123456789abcdef0123456789abcdef"u8.ToArray();

    /// <summary>Scheme, secret, and the headers at a time for a body.</summary>
    private static readonly (string Scheme, string Secret, Func<long, string, (string, string)[]> Headers)[] Senders =
    [
        ("github", Secret, (_, b) => [("X-Hub-Signature-256", "sha256=" + Hex(b))]),
        ("gitea", Secret, (_, b) => [("X-Gitea-Signature", Hex(b))]),
        ("forgejo", Secret, (_, b) => [("X-Forgejo-Signature", Hex(b)), ("X-Gitea-Signature", Hex(b))]),
        ("gogs", Secret, (_, b) => [("X-Gogs-Signature", Hex(b))]),
        ("gitlab", Secret, (_, _) => [("X-Gitlab-Token", Secret)]),
        ("bitbucket", Secret, (_, b) => [("X-Hub-Signature", "sha256=" + Hex(b))]),
        ("jira", Secret, (_, b) => [("X-Hub-Signature", "sha256=" + Hex(b))]),
        ("slack", Secret, (t, b) => [("X-Slack-Request-Timestamp", $"{t}"), ("X-Slack-Signature", "v0=" + Hex($"v0:{t}:{b}"))]),
        ("zoom", Secret, (t, b) => [("x-zm-request-timestamp", $"{t}"), ("x-zm-signature", "v0=" + Hex($"v0:{t}:{b}"))]),
        ("stripe", Secret, (t, b) => [("Stripe-Signature", $"v0=00,t={t},v1={Hex($"{t}.{b}")}")]),
        ("standard", "whsec_" + Convert.ToBase64String(StandardKey), (t, b) => Standard("webhook", t, b)),
        ("svix", "v1,whsec_" + Convert.ToBase64String(StandardKey), (t, b) => Standard("svix", t, b)),
        ("linear", Secret, (_, b) => [("Linear-Signature", Hex(b))]),
        ("sentry", Secret, (_, b) => [("Sentry-Hook-Signature", Hex(b))]),
        ("pagerduty", Secret, (_, b) => [("X-PagerDuty-Signature", $"v1={new string('0', 64)},v1={Hex(b)}")]),
        ("circleci", Secret, (_, b) => [("circleci-signature", $"v2=x,v1={Hex(b)}")]),
        ("grafana", Secret, (_, b) => [("X-Grafana-Alerting-Signature", Hex(b))]),
        ("shopify", Secret, (_, b) => [("X-Shopify-Hmac-Sha256", Base64(b))]),
        ("heroku", Secret, (_, b) => [("Heroku-Webhook-Hmac-SHA256", Base64(b))]),
        ("vercel", Secret, (_, b) => [("x-vercel-signature", Convert.ToHexStringLower(HMACSHA1.HashData(Bytes(Secret), Bytes(b))))]),
        ("dropbox", Secret, (_, b) => [("X-Dropbox-Signature", Hex(b))]),
        ("basic", "user:pass word", (_, _) => [("Authorization", "Basic " + Convert.ToBase64String(Bytes("user:pass word")))]),
        ("telegram", Secret, (_, _) => [("X-Telegram-Bot-Api-Secret-Token", Secret)]),
        ("token", Secret, (_, _) => [("Authorization", "Bearer " + Secret)]),
    ];

    [Fact]
    public void Every_scheme_has_a_sender_here()
    {
        Senders
            .Select(s => s.Scheme)
            .Append("none")
            // .NET cannot sign as Discord does: SchemeVectorTests and Ed25519Tests have it.
            .Append("discord")
            .Order(StringComparer.Ordinal)
            .ShouldBe(SchemeCatalogue.All.Select(s => s.Name).Order(StringComparer.Ordinal));
        SchemeCatalogue.None.Verifies([], new HeaderDictionary(), BodyOf(""), Now, TimeSpan.Zero, out _).ShouldBeTrue();
    }

    [Fact]
    public void Each_sender_verifies_with_its_secret_and_with_no_other()
    {
        foreach (var (name, secret, headers) in Senders)
        {
            var right = headers(Now.ToUnixTimeSeconds(), Body);
            Verifies(name, secret, right, Body).ShouldBeTrue(name);
            Verifies(name, secret, right, Body, "another", secret).ShouldBeTrue($"{name}: any of several secrets");
            Verifies(name, "another", right, Body).ShouldBeFalse($"{name}: another secret");
            Verifies(name, secret, [], Body).ShouldBeFalse($"{name}: no header");
            Verifies(name, secret, [.. right.Select(h => (h.Item1, h.Item2[..^1]))], Body).ShouldBeFalse($"{name}: cut");
            Verifies(name, secret, [.. right.Select(h => (h.Item1, ""))], Body).ShouldBeFalse($"{name}: empty");
            if (SchemeCatalogue.Find(name) is HmacScheme) Verifies(name, secret, right, Body + " ").ShouldBeFalse($"{name}: another body");
        }
    }

    [Fact]
    public void A_signed_time_that_is_old_or_changed_is_refused_and_one_that_is_the_same_has_one_name()
    {
        var timed = 0;
        foreach (var (name, secret, headers) in Senders)
        {
            var at = Now.ToUnixTimeSeconds();
            if (headers(at, Body).SequenceEqual(headers(at - 301, Body))) continue;
            timed++;
            Verifies(name, secret, headers(at - 301, Body), Body).ShouldBeFalse($"{name}: too old");
            Verifies(name, secret, headers(at + 301, Body), Body).ShouldBeFalse($"{name}: of the future");
            Verifies(name, secret, headers(at - 299, Body), Body).ShouldBeTrue($"{name}: old enough");
            Signed(name, secret, headers(at, Body)).ShouldBe(Signed(name, secret, headers(at, Body)), name);
            Signed(name, secret, headers(at, Body)).ShouldNotBe(Signed(name, secret, headers(at + 1, Body)), name);
        }
        timed.ShouldBe(5, "slack, zoom, stripe, standard, svix");
    }

    [Fact]
    public void Grafana_signs_the_time_if_its_user_has_it_send_one()
    {
        var at = Now.ToUnixTimeSeconds();
        (string, string)[] right = [("X-Grafana-Alerting-Timestamp", $"{at}"), ("X-Grafana-Alerting-Signature", Hex($"{at}:{Body}"))];
        Verifies("grafana", Secret, right, Body).ShouldBeTrue();
        Verifies("grafana", Secret, [("X-Grafana-Alerting-Timestamp", $"{at}"), ("X-Grafana-Alerting-Signature", Hex(Body))], Body)
            .ShouldBeFalse("the time was not signed");
        Verifies("grafana", Secret, right[1..], Body).ShouldBeFalse("the time was taken away");
        Verifies(
                "grafana",
                Secret,
                [("X-Grafana-Alerting-Timestamp", $"{at - 400}"), ("X-Grafana-Alerting-Signature", Hex($"{at - 400}:{Body}"))],
                Body
            )
            .ShouldBeFalse("too old");
    }

    [Theory]
    [InlineData("sha1", "hex", "1234567890", "{timestamp}.{body}")]
    [InlineData("sha256", "base64", "2026-09-21T14:13:20Z", "v1:{timestamp}:{body}:end")]
    [InlineData("sha512", "hex", "1790000000000", "{body}{timestamp}")]
    public void A_sender_that_nobody_knows_is_described_by_its_endpoint(string hash, string writing, string time, string signed)
    {
        var (algorithm, encoding) = (
            Enum.Parse<HmacAlgorithm>(hash, ignoreCase: true),
            Enum.Parse<SignatureEncoding>(writing, ignoreCase: true)
        );
        var scheme = new HmacScheme("hmac", new HmacHeaders("X-Sig", "X-Time"))
        {
            Algorithm = algorithm,
            Encoding = encoding,
            Prefix = "sig:",
            Signed = signed,
        };
        var text = Bytes(signed.Replace("{timestamp}", time, StringComparison.Ordinal).Replace("{body}", Body, StringComparison.Ordinal));
        var mac = algorithm switch
        {
            HmacAlgorithm.Sha1 => HMACSHA1.HashData(Bytes(Secret), text),
            HmacAlgorithm.Sha512 => HMACSHA512.HashData(Bytes(Secret), text),
            _ => HMACSHA256.HashData(Bytes(Secret), text),
        };
        var headers = new HeaderDictionary
        {
            ["X-Sig"] = "sig:" + (encoding == SignatureEncoding.Hex ? Convert.ToHexStringLower(mac) : Convert.ToBase64String(mac)),
            ["X-Time"] = time,
        };
        var recent = time == "1234567890" ? DateTimeOffset.FromUnixTimeSeconds(1234567890) : Now;
        scheme.Verifies([Bytes(Secret)], headers, BodyOf(Body), recent, TimeSpan.FromMinutes(5), out var name).ShouldBeTrue();
        name.ShouldStartWith("signed:");
        scheme.Verifies([Bytes(Secret)], headers, BodyOf(Body), recent.AddMinutes(6), TimeSpan.FromMinutes(5), out _).ShouldBeFalse();
        headers["X-Time"] = "yesterday";
        scheme.Verifies([Bytes(Secret)], headers, BodyOf(Body), recent, TimeSpan.FromMinutes(5), out _).ShouldBeFalse();
    }

    private static bool Verifies(
        string scheme,
        string secret,
        (string Name, string Value)[] headers,
        string body,
        params string[] others
    ) =>
        SchemeCatalogue
            .Find(scheme)!
            .Verifies([.. others.Prepend(secret).Select(Bytes)], Of(headers), BodyOf(body), Now, TimeSpan.FromMinutes(5), out _);

    private static string? Signed(string scheme, string secret, (string Name, string Value)[] headers)
    {
        SchemeCatalogue
            .Find(scheme)!
            .Verifies([Bytes(secret)], Of(headers), BodyOf(Body), Now, TimeSpan.FromMinutes(5), out var signed)
            .ShouldBeTrue(scheme);
        return signed.ShouldNotBeNull(scheme);
    }

    private static HeaderDictionary Of((string Name, string Value)[] headers)
    {
        var dictionary = new HeaderDictionary();
        foreach (var (name, value) in headers) dictionary[name] = value;
        return dictionary;
    }

    private static (string, string)[] Standard(string prefix, long at, string body) =>
    [
        ($"{prefix}-id", "msg_1"), ($"{prefix}-timestamp", $"{at}"),
        ($"{prefix}-signature", "v1,AAAA v1," + Convert.ToBase64String(HMACSHA256.HashData(StandardKey, Bytes($"msg_1.{at}.{body}")))),
    ];

    private static BodyBytes BodyOf(string text) => new(Bytes(text));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Hex(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(Bytes(Secret), Bytes(text)));

    private static string Base64(string text) => Convert.ToBase64String(HMACSHA256.HashData(Bytes(Secret), Bytes(text)));
}
