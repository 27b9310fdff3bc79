using System.Security;
using System.Text;

namespace AiwgDaemon.Lifecycle.Services;

/// <summary>
/// A Windows task that starts with the person's session, or with the machine, and again after a failure. A task rather than
/// a service: the daemon is a console program that belongs to one person's project. Pure.
/// </summary>
internal static class ScheduledTask
{
    public static string Render(ServiceDefinition service)
    {
        var user = Escape(service.Owner);
        var trigger = service.ForUser ? $"<LogonTrigger><UserId>{user}</UserId></LogonTrigger>" : "<BootTrigger/>";
        var logon = service.ForUser ? "InteractiveToken" : "S4U";
        return $"""
            <?xml version="1.0"?>
            <Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
              <RegistrationInfo>
                <Description>AIWG daemon for {Escape(service.Project)}</Description>
              </RegistrationInfo>
              <Triggers>{trigger}</Triggers>
              <Principals>
                <Principal id="Owner"><UserId>{user}</UserId><LogonType>{logon}</LogonType><RunLevel>LeastPrivilege</RunLevel></Principal>
              </Principals>
              <Settings>
                <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
                <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
                <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
                <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
                <RestartOnFailure><Interval>PT1M</Interval><Count>5</Count></RestartOnFailure>
              </Settings>
              <Actions Context="Owner">
                <Exec>
                  <Command>{Escape(service.Program)}</Command>
                  <Arguments>{Escape(string.Join(' ', service.Arguments.Select(Quote)))}</Arguments>
                  <WorkingDirectory>{Escape(service.Project)}</WorkingDirectory>
                </Exec>
              </Actions>
            </Task>

            """;
    }

    private static string Escape(string text) => SecurityElement.Escape(text);

    /// <summary>One argument as CommandLineToArgvW takes it apart: backslashes count only before a quote.</summary>
    private static string Quote(string argument)
    {
        if (argument.Length > 0 && argument.AsSpan().IndexOfAny(" \t\"") < 0) return argument;
        var quoted = new StringBuilder("\"");
        var backslashes = 0;
        foreach (var c in argument)
        {
            if (c == '"') quoted.Append('\\', backslashes + 1);
            backslashes = c == '\\' ? backslashes + 1 : 0;
            quoted.Append(c);
        }
        return quoted.Append('\\', backslashes).Append('"').ToString();
    }
}
