namespace AiwgDaemon.Sources.Webhook.Signing;

/// <summary>
/// The senders whose signature is known by name, one line each, after their public documentation. A test computes a vector for each
/// of them; a line without its vector fails it.
/// </summary>
internal static class SchemeCatalogue
{
    public static SignatureScheme None { get; } = new OpenScheme("none");

    public static SignatureScheme Token { get; } =
        new TokenScheme("token", new TokenPlace("Authorization", "Bearer"), new TokenPlace("X-Webhook-Token"));

    /// <summary>The secret is <c>user:password</c>. Azure DevOps has nothing else.</summary>
    public static SignatureScheme Basic { get; } = new TokenScheme("basic", new TokenPlace("Authorization", "Basic", IsBase64: true));

    public static SignatureScheme GitHub { get; } = new HmacScheme("github", new HmacHeaders("X-Hub-Signature-256"))
    {
        Prefix = "sha256=", DeliveryHeaders = ["X-GitHub-Delivery"], HasFormPayload = true,
        Headers = ["x-github-event", "x-github-hook-id", "x-github-hook-installation-target-type"],
    };

    public static SignatureScheme Gitea { get; } =
        new HmacScheme("gitea", new HmacHeaders("X-Gitea-Signature"))
        {
            SignsFormPayload = true,
            DeliveryHeaders = ["X-Gitea-Delivery"],
            HasFormPayload = true,
            Headers = ["x-gitea-event", "x-gitea-event-type"],
        };

    public static SignatureScheme GitLab { get; } = new TokenScheme("gitlab", new TokenPlace("X-Gitlab-Token"))
    {
        // Not X-Gitlab-Event-UUID, which the deliveries to several hooks and of hooks that set off others share.
        Headers = ["x-gitlab-event", "x-gitlab-instance", "x-gitlab-event-uuid", "x-gitlab-webhook-uuid"],
    };

    public static SignatureScheme Stripe { get; } = new HmacScheme("stripe", new HmacHeaders("Stripe-Signature"))
    {
        // The id and not the signature names the delivery: each attempt is signed anew.
        Prefix = "v1=", Separator = ',', TimePrefix = "t=", Signed = "{timestamp}.{body}", DeliveryKey = "id",
    };

    public static SignatureScheme Standard { get; } =
        new HmacScheme(
            "standard",
            new HmacHeaders("webhook-signature", "webhook-timestamp", "webhook-id"),
            new HmacHeaders("svix-signature", "svix-timestamp", "svix-id")
        )
        {
            Prefix = "v1,",
            Separator = ' ',
            Encoding = SignatureEncoding.Base64,
            Signed = "{id}.{timestamp}.{body}",
            HasEncodedKeys = true,
            Headers = ["webhook-id", "webhook-timestamp", "svix-id", "svix-timestamp"],
        };

    public static SignatureScheme Slack { get; } =
        new HmacScheme("slack", new HmacHeaders("X-Slack-Signature", "X-Slack-Request-Timestamp"))
        {
            Prefix = "v0=",
            Signed = "v0:{timestamp}:{body}",
            DeliveryHeaders = [],
            DeliveryKey = "event_id",
            HasFormPayload = true,
            Challenge = new SlackChallenge(),
            Headers = ["x-slack-retry-num", "x-slack-retry-reason"],
        };

    /// <summary>In the order in which messages and documents name them.</summary>
    public static IReadOnlyList<SignatureScheme> All { get; } =
    [
        GitHub,
        Gitea,
        GitLab,
        Stripe,
        Standard,
        Token,
        None,
        Basic,
        Slack,
        new HmacScheme("svix", ((HmacScheme)Standard).Places)
        {
            Prefix = "v1,",
            Separator = ' ',
            Encoding = SignatureEncoding.Base64,
            Signed = "{id}.{timestamp}.{body}",
            HasEncodedKeys = true,
            Headers = Standard.Headers,
        },
        new HmacScheme("forgejo", new HmacHeaders("X-Forgejo-Signature"), new HmacHeaders("X-Gitea-Signature"))
        {
            SignsFormPayload = true,
            DeliveryHeaders = ["X-Forgejo-Delivery", "X-Gitea-Delivery"],
            HasFormPayload = true,
            Headers = ["x-forgejo-event", "x-forgejo-event-type"],
        },
        new HmacScheme("gogs", new HmacHeaders("X-Gogs-Signature"))
        {
            SignsFormPayload = true,
            DeliveryHeaders = ["X-Gogs-Delivery"],
            HasFormPayload = true,
            Headers = ["x-gogs-event"],
        },
        new HmacScheme("bitbucket", new HmacHeaders("X-Hub-Signature"))
        {
            Prefix = "sha256=",
            DeliveryHeaders = ["X-Request-UUID", "X-Request-Id"],
            Headers = ["x-event-key", "x-hook-uuid", "x-attempt-number"],
        },
        new HmacScheme("jira", new HmacHeaders("X-Hub-Signature"))
        {
            Prefix = "sha256=",
            DeliveryHeaders = ["X-Atlassian-Webhook-Identifier"],
            Headers = ["x-atlassian-webhook-flow"],
        },
        new HmacScheme("linear", new HmacHeaders("Linear-Signature")) { DeliveryHeaders = ["Linear-Delivery"], Headers = ["linear-event"] },
        new HmacScheme("sentry", new HmacHeaders("Sentry-Hook-Signature"))
        {
            DeliveryHeaders = ["Request-ID"],
            Headers = ["sentry-hook-resource", "sentry-hook-timestamp"],
        },
        new HmacScheme("pagerduty", new HmacHeaders("X-PagerDuty-Signature"))
        {
            Prefix = "v1=",
            Separator = ',',
            DeliveryHeaders = [],
            DeliveryKey = "event.id",
            Headers = ["x-webhook-id"],
        },
        new HmacScheme("circleci", new HmacHeaders("circleci-signature"))
        {
            Prefix = "v1=",
            Separator = ',',
            DeliveryHeaders = [],
            DeliveryKey = "id",
            Headers = ["circleci-event-type"],
        },
        new HmacScheme("grafana", new HmacHeaders("X-Grafana-Alerting-Signature", "X-Grafana-Alerting-Timestamp"))
        {
            Signed = "{timestamp}:{body}",
            TimeIsOptional = true,
        },
        new HmacScheme("shopify", new HmacHeaders("X-Shopify-Hmac-Sha256"))
        {
            Encoding = SignatureEncoding.Base64,
            DeliveryHeaders = ["X-Shopify-Webhook-Id"],
            Headers = ["x-shopify-topic", "x-shopify-shop-domain", "x-shopify-event-id", "x-shopify-api-version"],
        },
        new HmacScheme("heroku", new HmacHeaders("Heroku-Webhook-Hmac-SHA256"))
        {
            Encoding = SignatureEncoding.Base64,
            DeliveryHeaders = [],
            DeliveryKey = "webhook_metadata.delivery.id",
        },
        new HmacScheme("vercel", new HmacHeaders("x-vercel-signature"))
        {
            Algorithm = HmacAlgorithm.Sha1,
            DeliveryHeaders = [],
            DeliveryKey = "id",
        },
        new HmacScheme("dropbox", new HmacHeaders("X-Dropbox-Signature")) { EchoedQuery = "challenge" },
        new HmacScheme("zoom", new HmacHeaders("x-zm-signature", "x-zm-request-timestamp"))
        {
            Prefix = "v0=", Signed = "v0:{timestamp}:{body}", DeliveryHeaders = [], Challenge = new ZoomChallenge(),
        },
        new Ed25519Scheme("discord", "X-Signature-Ed25519", "X-Signature-Timestamp")
        {
            DeliveryHeaders = [], DeliveryKey = "id", Challenge = new DiscordChallenge(),
        },
        new TokenScheme("telegram", new TokenPlace("X-Telegram-Bot-Api-Secret-Token")) { DeliveryHeaders = [], DeliveryKey = "update_id" },
    ];

    /// <summary>Headers that hold no secret and are kept from every sender, in lower case.</summary>
    public static IReadOnlyList<string> CommonHeaders { get; } =
    [
        "content-type", "user-agent", "x-request-id", "x-github-event", "x-github-hook-id", "x-github-hook-installation-target-type",
        "x-gitea-event", "x-gitea-event-type", "x-gitlab-event", "x-gitlab-instance", "webhook-id", "webhook-timestamp",
    ];

    /// <summary>The scheme of that name; null if there is none.</summary>
    public static SignatureScheme? Find(string name) => All.FirstOrDefault(s => s.Name == name);
}
