using System.Text;
using AiwgDaemon.Sources.Webhook.Signing;
using Microsoft.AspNetCore.Http;

namespace AiwgDaemon.Tests.Sources.Webhook.Signing;

/// <summary>
/// A signed request of each known sender, as OpenSSL computes it: <c>printf BODY | openssl dgst -sha256 -mac HMAC -macopt key:SECRET</c>,
/// over what the sender's documentation says; Discord's by Python's cryptography. Nothing here is computed by .NET.
/// </summary>
public sealed class SchemeVectorTests
{
    private const string Secret = "It is a secret";

    // The secret of 24 bytes, 0 to 23, as Standard Webhooks writes it.
    private const string StandardSecret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

    private const string DiscordKey = "a6fbf9fc39e1cd92a49b2e6860095d34a9047319ddd56904792e428da60f901b";

    private const string Body = """{"id":"e-1","text":"grüße"}""";

    private static readonly DateTimeOffset SignedAt = DateTimeOffset.FromUnixTimeSeconds(1790000000);

    // Scheme; then headers, name and value.
    private static readonly string[][] Vectors =
    [
        ["github", "X-Hub-Signature-256", "sha256=fce0321929e4166ab4e7dd4e0c22a1358e1f634a00dab94141dd753d8049a817"],
        ["gitea", "X-Gitea-Signature", "fce0321929e4166ab4e7dd4e0c22a1358e1f634a00dab94141dd753d8049a817"],
        ["forgejo", "X-Forgejo-Signature", "fce0321929e4166ab4e7dd4e0c22a1358e1f634a00dab94141dd753d8049a817"],
        ["gogs", "X-Gogs-Signature", "fce0321929e4166ab4e7dd4e0c22a1358e1f634a00dab94141dd753d8049a817"],
        ["gitlab", "X-Gitlab-Token", "It is a secret"],
        ["bitbucket", "X-Hub-Signature", "sha256=fce0321929e4166ab4e7dd4e0c22a1358e1f634a00dab94141dd753d8049a817"],
        ["jira", "X-Hub-Signature", "sha256=fce0321929e4166ab4e7dd4e0c22a1358e1f634a00dab94141dd753d8049a817"],
        [
            "slack",
            "X-Slack-Request-Timestamp", "1790000000",
            "X-Slack-Signature", "v0=a57b4d342233b0ac2f248d06429064d0527531eec1242cfff51bdf7d9b2663e0",
        ],
        [
            "zoom",
            "x-zm-request-timestamp", "1790000000",
            "x-zm-signature", "v0=a57b4d342233b0ac2f248d06429064d0527531eec1242cfff51bdf7d9b2663e0",
        ],
        ["stripe", "Stripe-Signature", "t=1790000000,v1=e9c0cb04ab0a14c86053878db33d6b5a92654f480f52fd09476d6edda00d4dfe"],
        [
            "standard",
            "webhook-id", "msg_1",
            "webhook-timestamp", "1790000000",
            "webhook-signature", "v1,m0zFENDrYQfMqN3rkmV3FmBQIcx5Zj4Hh07Lqm16taI=",
        ],
        ["svix", "svix-id", "msg_1", "svix-timestamp", "1790000000", "svix-signature", "v1,m0zFENDrYQfMqN3rkmV3FmBQIcx5Zj4Hh07Lqm16taI="],
        ["linear", "Linear-Signature", "fce0321929e4166ab4e7dd4e0c22a1358e1f634a00dab94141dd753d8049a817"],
        ["sentry", "Sentry-Hook-Signature", "fce0321929e4166ab4e7dd4e0c22a1358e1f634a00dab94141dd753d8049a817"],
        ["pagerduty", "X-PagerDuty-Signature", "v1=fce0321929e4166ab4e7dd4e0c22a1358e1f634a00dab94141dd753d8049a817"],
        ["circleci", "circleci-signature", "v1=fce0321929e4166ab4e7dd4e0c22a1358e1f634a00dab94141dd753d8049a817"],
        [
            "grafana",
            "X-Grafana-Alerting-Timestamp", "1790000000",
            "X-Grafana-Alerting-Signature", "e213656bac12516ca17743509b2243afe4309fe400c0c0f6adf2518309fd42d0",
        ],
        ["shopify", "X-Shopify-Hmac-Sha256", "/OAyGSnkFmq0591ODCKhNY4fY0oA2rlBQd11PYBJqBc="],
        ["heroku", "Heroku-Webhook-Hmac-SHA256", "/OAyGSnkFmq0591ODCKhNY4fY0oA2rlBQd11PYBJqBc="],
        ["vercel", "x-vercel-signature", "c0da46951cf1a5991131b1f67da749861b72f6fe"],
        ["dropbox", "X-Dropbox-Signature", "fce0321929e4166ab4e7dd4e0c22a1358e1f634a00dab94141dd753d8049a817"],
        [
            "discord",
            "X-Signature-Timestamp", "1790000000",
            "X-Signature-Ed25519",
            "a1709ad6fe47bb7bfd78d1085d9a9d374c61d4feda54a27af299dd96036abf9e"
                + "3bb765d64264be4a992c90ed48a8fed00f7ce4601a125bdc4dcb167258ba790e",
        ],
        ["basic", "Authorization", "Basic SXQgaXMgYSBzZWNyZXQ="],
        ["telegram", "X-Telegram-Bot-Api-Secret-Token", "It is a secret"],
        ["token", "Authorization", "Bearer It is a secret"],
        ["hmac sha1 hex", "X-Sig", "sig=c0da46951cf1a5991131b1f67da749861b72f6fe"],
        ["hmac sha256 base64", "X-Sig", "sig=/OAyGSnkFmq0591ODCKhNY4fY0oA2rlBQd11PYBJqBc="],
        [
            "hmac sha512 hex",
            "X-Sig",
            "sig=5b2e52d85a928c836cea5cf7beb5ce4afe7d861ddda6d9cafd0627d515e93725d232579b4df3e00c1ec49b"
                + "28daa85d313865c3bb454d1c6d49e9864e609ccbff",
        ],
    ];

    [Fact]
    public void Every_scheme_with_a_secret_has_a_vector_here() =>
        Vectors
            .Select(v => v[0])
            .Where(name => !name.Contains(' '))
            .Order(StringComparer.Ordinal)
            .ShouldBe(SchemeCatalogue.All.Where(s => s.NeedsSecret).Select(s => s.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void What_OpenSSL_signed_verifies_and_nothing_that_differs_from_it()
    {
        foreach (var vector in Vectors)
        {
            Verifies(vector, Body).ShouldBeTrue(vector[0]);
            if (Of(vector[0]) is not TokenScheme) Verifies(vector, Body.Replace('ü', 'u')).ShouldBeFalse(vector[0]);
            for (var i = 2; i < vector.Length; i += 2)
            {
                string[] changed = [.. vector];
                changed[i] = vector[i][..^3] + (vector[i][^3] == 'A' ? 'B' : 'A') + vector[i][^2..];
                Verifies(changed, Body).ShouldBeFalse($"{vector[0]}: {vector[i - 1]} changed");
            }
        }
    }

    private static bool Verifies(string[] vector, string body)
    {
        var headers = new HeaderDictionary();
        for (var i = 1; i < vector.Length; i += 2) headers[vector[i]] = vector[i + 1];
        var secret = vector[0] switch
        {
            "standard" or "svix" => StandardSecret,
            "discord" => DiscordKey,
            _ => Secret,
        };
        return Of(vector[0])
            .Verifies(
                [Encoding.UTF8.GetBytes(secret)],
                headers,
                new BodyBytes(Encoding.UTF8.GetBytes(body)),
                SignedAt.AddSeconds(1),
                TimeSpan.FromMinutes(5),
                out _
            );
    }

    private static SignatureScheme Of(string name) =>
        name.Split(' ') is [var hmac, var algorithm, var encoding]
            ? new HmacScheme(hmac, new HmacHeaders("X-Sig"))
            {
                Algorithm = Enum.Parse<HmacAlgorithm>(algorithm, ignoreCase: true),
                Encoding = Enum.Parse<SignatureEncoding>(encoding, ignoreCase: true),
                Prefix = "sig=",
            }
            : SchemeCatalogue.Find(name).ShouldNotBeNull(name);
}
