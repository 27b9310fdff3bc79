using Microsoft.AspNetCore.Http;

namespace AiwgDaemon.Sources.Webhook.Signing;

/// <summary>
/// How requests to an endpoint prove that their sender knows the secret, and how they name a delivery. Data, not code: a scheme
/// is a line of <see cref="SchemeCatalogue"/>, or an endpoint's own <c>hmac:</c>.
/// </summary>
/// <param name="Name">The word of the configuration.</param>
internal abstract record SignatureScheme(string Name)
{
    /// <summary>Headers that name a delivery, the first that is there counts; they are not signed.</summary>
    public IReadOnlyList<string> DeliveryHeaders { get; init; } = ["Idempotency-Key"];

    /// <summary>Keys into a JSON body, with dots between, whose text names the delivery; signed with the body. Null: none.</summary>
    public string? DeliveryKey { get; init; }

    /// <summary>Further headers that the sender tells something in and that hold no secret, in lower case.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>A form with the one field <c>payload</c> stands for the JSON in it.</summary>
    public bool HasFormPayload { get; init; }

    /// <summary>The signature of such a form is over the JSON in it, not over the form.</summary>
    public bool SignsFormPayload { get; init; }

    /// <summary>A GET whose query has this name is answered with its value: how the sender asks whether somebody is there. Null: it does
    /// not.</summary>
    public string? EchoedQuery { get; init; }

    /// <summary>How the sender asks whether the address is its user's before it sends events there; null: it does not.</summary>
    public IChallenge? Challenge { get; init; }

    /// <summary>False: there is no secret to be configured.</summary>
    public virtual bool NeedsSecret => true;

    /// <summary>What a secret has to be, for who configures it; null: anything.</summary>
    public virtual string? SecretNoun => null;

    /// <summary>False if the secret is not what <see cref="SecretNoun"/> says: nothing could verify with it.</summary>
    public virtual bool Takes(byte[] secret) => true;

    /// <summary>False if the request cannot verify whatever its body is, so that the body need not be read.</summary>
    public abstract bool IsPlausible(byte[][] secrets, IHeaderDictionary headers);

    /// <summary>
    /// Compares in constant time, with each secret; what cannot be read does not verify. <paramref name="signed"/> names what was
    /// signed, for a scheme that signs the time: sent again within the tolerance it is the same.
    /// </summary>
    public abstract bool Verifies(
        byte[][] secrets,
        IHeaderDictionary headers,
        ISignedBody body,
        DateTimeOffset now,
        TimeSpan tolerance,
        out string? signed
    );

    /// <summary>The unsigned name of the delivery; null if the sender gives none.</summary>
    public virtual string? DeliveryId(IHeaderDictionary headers)
    {
        foreach (var name in DeliveryHeaders)
            if (One(headers, name) is { } id) return id;
        return null;
    }

    /// <summary>The header, if it is there once: of two with one name a proxy would verify the one and we the other.</summary>
    protected static string? One(IHeaderDictionary headers, string name) => headers[name] is [{ Length: > 0 } value] ? value : null;
}
