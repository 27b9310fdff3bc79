using System.Text;
using AiwgDaemon.Config;
using AiwgDaemon.Http;

namespace AiwgDaemon.Tests.Config;

/// <summary>Where the webhook listens and what it answers, as the file says it.</summary>
public sealed class WebhookConfigTests
{
    [Fact]
    public void One_address_or_several_with_the_short_form_of_each()
    {
        Listen("{host: localhost, port: 80}").ShouldBe([new("localhost", 80)]);
        Listen("{host: 'unix:/run/x.sock'}").ShouldBe([new("unix:/run/x.sock", 0)]);
        Listen("{listen: [{host: '*', port: 80}, {port: 81}, 'unix:hooks.sock', '::1']}")
            .ShouldBe([new("*", 80), new("127.0.0.1", 81), new("unix:hooks.sock", 0), new("::1", 9471)]);
    }

    [Fact]
    public void Addresses_are_said_in_one_way_and_each_is_one() =>
        Errors("""
            webhook:
              enabled: false
              listen: ["unix:", example.org]
            """)
            .ShouldBe([
                "daemon.yaml:3:12: webhook.listen[0].host: unix: has no path (write for instance unix:/run/aiwg/hooks.sock)",
                "daemon.yaml:3:21: webhook.listen[1].host: \"example.org\" is not an address of this machine (write an IP address, "
                    + "localhost, * for all, or unix: and a path)",
            ]);

    [Fact]
    public void Host_and_port_have_no_meaning_beside_listen() =>
        Errors("webhook:\n  port: 80\n  listen: ['::1']\n")
            .ShouldBe([
                "daemon.yaml:2:9: webhook.port: has no meaning beside listen (write it as an entry of listen, or remove one of them)",
            ]);

    [Fact]
    public void An_unsigned_endpoint_is_for_this_machine_whatever_the_order_of_the_addresses()
    {
        const string Text = "webhook: {enabled: true, listen: [127.0.0.1, 'unix:x.sock'LAST], endpoints: [{path: /a, signature: none}]}\n";
        Errors(Text.Replace("LAST", "", StringComparison.Ordinal)).ShouldBeEmpty();
        Errors(Text.Replace("LAST", ", '*'", StringComparison.Ordinal))
            .ShouldHaveSingleItem()
            .ShouldContain("is none, and * can be reached from outside");
    }

    [Fact]
    public void A_socket_s_peers_are_trusted_by_a_word()
    {
        var proxies = Valid("webhook: {trusted_proxies: [unix, 10.0.0.0/8]}").Http.TrustedProxies;
        (proxies.Unix, proxies.Networks.Count).ShouldBe((true, 1));
    }

    [Fact]
    public void An_answer_is_fixed_or_the_output_of_the_run()
    {
        var endpoint = Valid("webhook: {endpoints: [{path: /a, respond: output}]}").Webhook.Endpoints[0];
        (endpoint.OutputWait, endpoint.Answer).ShouldBe((TimeSpan.FromSeconds(2.5), null));
        Errors("webhook:\n  endpoints:\n    - {path: /a, respond: {kind: output, body: x}}\n    - {path: /b, respond: {body: x}}\n")
            .ShouldBe([
                "daemon.yaml:3:48: webhook.endpoints[0].respond.body: belongs to a fixed answer, and this is output (remove it, or write "
                    + "kind: fixed)",
                "daemon.yaml:4:27: webhook.endpoints[1].respond.status: is missing (write for instance {status: 200, body: ok}, or respond: "
                    + "output for what the run prints)",
            ]);
    }

    [Fact]
    public void A_status_without_a_body_has_none()
    {
        Errors("webhook: {endpoints: [{path: /a, respond: {status: 204}}]}").ShouldBeEmpty();
        Errors("webhook: {endpoints: [{path: /a, respond: {status: 204, body: ok}}]}")
            .ShouldHaveSingleItem()
            .ShouldEndWith("is there, and an answer of that status has none (remove it, or write status: 200)");
    }

    private static IReadOnlyList<ListenAddress> Listen(string webhook) => Valid("webhook: " + webhook).Http.Listen;

    private static DaemonConfiguration Valid(string text)
    {
        var result = ConfigLoader.Load(Encoding.UTF8.GetBytes(text), "daemon.yaml", _ => "set");
        result.Errors.ShouldBeEmpty();
        return result.Configuration.ShouldNotBeNull();
    }

    private static IEnumerable<string> Errors(string text) =>
        ConfigLoader.Load(Encoding.UTF8.GetBytes(text), "daemon.yaml", _ => "set").Errors.Select(e => e.ToString());
}
