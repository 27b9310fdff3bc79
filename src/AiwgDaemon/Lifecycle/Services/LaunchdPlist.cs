using System.Security;
using System.Text;

namespace AiwgDaemon.Lifecycle.Services;

/// <summary>The property list of a project for launchd, see launchd.plist(5). Pure.</summary>
internal static class LaunchdPlist
{
    public static string Label(ServiceDefinition service) => $"io.aiwg.{service.Name}";

    public static string Render(ServiceDefinition service)
    {
        var text = new StringBuilder("""
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
            <plist version="1.0">
            <dict>

            """);
        Pair(text, "Label", Text(Label(service)));
        Pair(
            text,
            "ProgramArguments",
            $"<array>\n{string.Concat(service.Arguments.Prepend(service.Program).Select(a => $"    {Text(a)}\n"))}  </array>"
        );
        Pair(text, "EnvironmentVariables", $"<dict>\n    <key>PATH</key>\n    {Text(service.SearchPath)}\n  </dict>");
        if (!service.ForUser) Pair(text, "UserName", Text(service.Owner));
        Pair(text, "RunAtLoad", "<true/>");
        // Started again after a failure, not after 'aiwg-daemon stop'.
        Pair(text, "KeepAlive", "<dict>\n    <key>SuccessfulExit</key>\n    <false/>\n  </dict>");
        Pair(text, "ThrottleInterval", "<integer>10</integer>");
        Pair(text, "ExitTimeOut", "<integer>60</integer>");
        Pair(text, "ProcessType", Text("Adaptive"));
        return text.Append("</dict>\n</plist>\n").ToString().ReplaceLineEndings("\n");
    }

    private static void Pair(StringBuilder text, string key, string value) => text.Append($"  <key>{key}</key>\n  {value}\n");

    private static string Text(string value) => $"<string>{SecurityElement.Escape(value)}</string>";
}
