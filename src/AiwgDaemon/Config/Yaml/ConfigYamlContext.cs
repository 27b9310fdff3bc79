using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace AiwgDaemon.Config.Yaml;

/// <summary>Generated accessors for the shape of the file: no reflection at run time.</summary>
[YamlStaticContext]
[YamlSerializable(typeof(ConfigFile))]
[YamlSerializable(typeof(DaemonSection))]
[YamlSerializable(typeof(LogSection))]
[YamlSerializable(typeof(AgentsSection))]
[YamlSerializable(typeof(ProviderSection))]
[YamlSerializable(typeof(UntrustedSection))]
[YamlSerializable(typeof(WorktreeSection))]
[YamlSerializable(typeof(HistorySection))]
[YamlSerializable(typeof(WatchSection))]
[YamlSerializable(typeof(WatchPathSection))]
[YamlSerializable(typeof(ScheduleSection))]
[YamlSerializable(typeof(JobSection))]
[YamlSerializable(typeof(WebhookSection))]
[YamlSerializable(typeof(ListenSection))]
[YamlSerializable(typeof(TlsSection))]
[YamlSerializable(typeof(EndpointSection))]
[YamlSerializable(typeof(HmacSection))]
[YamlSerializable(typeof(RespondSection))]
[YamlSerializable(typeof(ActionSection))]
[YamlSerializable(typeof(RuleSection))]
[YamlSerializable(typeof(EventSection))]
// The generator's half is public, so this one has to be.
public sealed partial class ConfigYamlContext : StaticContext
{
    internal static ConfigFile Read(MapNode root) =>
        new StaticDeserializerBuilder(new ConfigYamlContext())
            .WithNamingConvention(UnderscoredNamingConvention.Instance)
            .Build()
            .Deserialize<ConfigFile>(new NodeParser(ActionFields.Fold(root)));
}
