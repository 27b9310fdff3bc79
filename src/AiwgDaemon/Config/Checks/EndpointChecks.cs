using AiwgDaemon.Config.Description;
using static AiwgDaemon.Config.Checks.CheckedTree;

namespace AiwgDaemon.Config.Checks;

/// <summary>The keys of one endpoint that need or exclude each other.</summary>
internal sealed class EndpointChecks(Findings findings, MapNode webhook)
{
    public void Check(MapNode endpoint, string path)
    {
        Hmac(endpoint, path);
        Respond(endpoint, path + ".respond");
    }

    /// <summary>An endpoint with hmac: says what it needs, and one without has none.</summary>
    private void Hmac(MapNode endpoint, string path)
    {
        var isHmac = endpoint.TextOf("signature") == WebhookMapping.HmacWord;
        var hmac = endpoint["hmac"] as MapNode;
        if (isHmac && hmac?.TextOf("header") is null)
            findings.Error(
                PlaceOf(endpoint["signature"]!, webhook),
                path + ".hmac.header",
                "is missing, and signature: hmac needs it",
                "add hmac: {header: X-Signature}"
            );
        else if (!isHmac && hmac is { Place.IsInFile: true })
            findings.Error(
                hmac.Place,
                path + ".hmac",
                $"belongs to signature: hmac, and this is {endpoint.TextOf("signature")}",
                "write signature: hmac, or remove it"
            );
        if (
            hmac?["signed"] is ScalarNode { Place.IsInFile: true } signed
            && hmac.TextOf("timestamp_header") is null
            && signed.Text.Contains("{timestamp}", StringComparison.Ordinal)
        )
            findings.Error(signed.Place, path + ".hmac.signed", "has {timestamp}, and no header holds it", "add timestamp_header");
    }

    /// <summary>A fixed answer has a status, and the output of a run is no fixed answer.</summary>
    private void Respond(MapNode endpoint, string path)
    {
        if (endpoint["respond"] is not MapNode { Place.IsInFile: true } respond) return;
        if (respond.TextOf("kind") != WebhookMapping.OutputWord)
        {
            if (respond["status"] is null)
                findings.Error(
                    respond.Place,
                    path + ".status",
                    "is missing",
                    "write for instance {status: 200, body: ok}, or respond: output for what the run prints"
                );
            if (respond.TextOf("status") is "204" or "205" && respond["body"] is ScalarNode { Place.IsInFile: true, Text.Length: > 0 } body)
                findings.Error(
                    body.Place,
                    path + ".body",
                    "is there, and an answer of that status has none",
                    "remove it, or write status: 200"
                );
            return;
        }
        foreach (var name in (string[])["status", "body"])
            if (respond[name] is { Place.IsInFile: true } key)
                findings.Error(
                    key.Place,
                    $"{path}.{name}",
                    "belongs to a fixed answer, and this is output",
                    "remove it, or write kind: fixed"
                );
    }
}
