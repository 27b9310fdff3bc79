using AiwgDaemon.EndToEnd.Support;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.EndToEnd;

/// <summary>A change of thousands of files at once.</summary>
public sealed class CheckoutTests : IDisposable
{
    private const int Files = 3600;

    private readonly TestProject _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_checkout_of_thousands_of_files_is_one_run_with_all_their_paths()
    {
        _project.Configure("""
            watch: { paths: [ src/ ], debounce_ms: 100 }
            rules:
              - id: build
                event: { source: watch, path_pattern: "src/**" }
                settle_ms: 1500
                action: { type: shell, command: 'tr "\0" "\n" < "$AIWG_PATHS_FILE" | sort -u | wc -l >> runs.log' }

            """
        );
        (
            await _project.Shell(
                $"git init -q . && mkdir src && cd src && for d in $(seq 60); do mkdir d$d; for f in $(seq {Files / 60}); do echo one > "
                    + "d$d/f$f; done; done && cd .. && "
                    + "git add src && git -c user.name=t -c user.email=t@t commit -q -m one && git branch one && "
                    + "find src -type f -exec sh -c 'for f; do echo two > \"$f\"; done' sh {} + && git -c user.name=t -c user.email=t@t "
                        + "commit -q -a -m two"
            )
        ).ShouldExit(0);
        (await _project.Run("start")).ShouldExit(0);
        (await _project.Shell("git checkout -q one")).ShouldExit(0);
        await _project.UntilLines("runs.log", 1);
        // The rule has nothing left to do: an edit after the checkout is the next run.
        File.AppendAllText(_project.Combine("src/d1/f1"), "three\n");
        await _project.UntilLines("runs.log", 2);
        File.ReadAllLines(_project.Combine("runs.log"))
            .Select(line => int.Parse(line.Trim(), System.Globalization.CultureInfo.InvariantCulture))
            .ShouldBe([Files, 1]);
    }
}
