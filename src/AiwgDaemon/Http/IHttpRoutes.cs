using Microsoft.AspNetCore.Http;

namespace AiwgDaemon.Http;

/// <summary>The paths that one part of the daemon answers, as one configuration says; replaced at a reload. Thread-safe.</summary>
internal interface IHttpRoutes
{
    /// <param name="path">As the server decodes it.</param>
    public bool Has(string path);

    /// <summary>Answers the request, or returns why it is refused: the router says so, counts it and logs it.</summary>
    public Task<Refusal?> AnswerAsync(HttpContext context, string path, Visitor visitor);
}
