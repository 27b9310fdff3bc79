using System.Diagnostics;
using AiwgDaemon.Sources.Cron.Zones;
using AiwgDaemon.Tests.Support;

namespace AiwgDaemon.Tests.Sources.Cron.Zones;

/// <summary>Where zones are found, and that a changed file is noticed.</summary>
public sealed class ZoneTableTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, string?> _issues = new(StringComparer.Ordinal);
    private string? _variable;

    private string Localtime => _directory.Combine("localtime");

    private string City => _directory.Combine("City");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("rename")]
    [InlineData("write")]
    [InlineData("same time")]
    [InlineData("link")]
    public void A_zone_file_that_changes_is_noticed(string how)
    {
        Write(City, "<+02>-2");
        Write(_directory.Combine("Other"), "<+03>-3");
        File.CreateSymbolicLink(Localtime, "City");
        var table = Table();
        Hours(table, null).ShouldBe(2);
        Hours(table, "City").ShouldBe(2);
        var version = table.Version;
        table.Refresh();
        table.Version.ShouldBe(version);

        var time = File.GetLastWriteTimeUtc(City);
        switch (how)
        {
            case "rename":
                File.Move(_directory.Combine("Other"), City, overwrite: true);
                break;
            case "link":
                File.Delete(City);
                File.CreateSymbolicLink(City, "Other");
                break;
            default:
                Write(City, "<+03>-3");
                break;
        }
        if (how == "same time") File.SetLastWriteTimeUtc(City, time);
        table.Refresh();
        Hours(table, null).ShouldBe(3);
        Hours(table, "City").ShouldBe(3);
        table.Version.ShouldBeGreaterThan(version);
        _issues.Values.ShouldAllBe(i => i == null);
    }

    [Theory]
    [InlineData("gone")]
    [InlineData("damaged")]
    [InlineData("directory")]
    [InlineData("empty")]
    public void A_zone_file_that_cannot_be_read_any_more_is_an_issue_and_the_zone_stays_until_it_can(string how)
    {
        Write(City, "<+02>-2");
        Write(Localtime, "<+02>-2");
        var table = Table();
        Hours(table, "City").ShouldBe(2);
        Hours(table, null).ShouldBe(2);
        foreach (var path in new[] { City, Localtime })
        {
            File.Delete(path);
            if (how == "directory") Directory.CreateDirectory(path);
            else if (how != "gone") File.WriteAllText(path, how == "empty" ? "" : "TZif2 and nothing");
        }
        table.Refresh();
        Hours(table, "City").ShouldBe(2);
        Hours(table, null).ShouldBe(2);
        _issues["cron.zone.City"].ShouldNotBeNull().ShouldContain("stays in use");
        _issues["cron.zone.local"].ShouldNotBeNull().ShouldContain("stays in use");

        foreach (var path in new[] { City, Localtime })
        {
            if (how == "directory") Directory.Delete(path);
            Write(path, "<+03>-3");
        }
        table.Refresh();
        Hours(table, "City").ShouldBe(3);
        Hours(table, null).ShouldBe(3);
        _issues.Values.ShouldAllBe(i => i == null);
    }

    [Fact]
    public void Zones_that_no_job_has_any_more_are_forgotten_with_their_issue_and_the_others_read_anew()
    {
        Write(City, "<+02>-2");
        var table = Table();
        Hours(table, "Nowhere").ShouldBe(0);
        _issues["cron.zone.Nowhere"].ShouldNotBeNull();
        Hours(table, "City").ShouldBe(2);
        Write(City, "<+03>-3");
        table.Keep(["City"]);
        Hours(table, "City").ShouldBe(3);
        _issues["cron.zone.Nowhere"].ShouldBeNull();
    }

    [Theory]
    [InlineData("CET-1CEST,M3.5.0,M10.5.0/3", 1)]
    [InlineData("<+03>-3", 3)]
    [InlineData(":<+03>-3", 3)]
    [InlineData("UTC+3", -3)]
    [InlineData("", 0)]
    [InlineData(":", 0)]
    [InlineData("City", 2)]
    [InlineData(":City", 2)]
    [InlineData("{0}/City", 2)]
    [InlineData(":{0}/City", 2)]
    [InlineData(null, 4)]
    public void TZ_is_read_as_the_c_library_reads_it(string? value, int hours)
    {
        Write(City, "<+02>-2");
        Write(Localtime, "<+04>-4");
        _variable = value?.Replace("{0}", _directory.Path, StringComparison.Ordinal);
        Hours(Table(), null).ShouldBe(hours);
        _issues.Values.ShouldAllBe(i => i == null);
    }

    [Theory]
    [InlineData("Europe/Berln")]
    [InlineData("/nonexistent/zone")]
    [InlineData("ABC 3")]
    [InlineData("../City")]
    public void A_TZ_that_means_nothing_is_UTC_and_an_issue(string value)
    {
        Write(City, "<+02>-2");
        _variable = value;
        Hours(Table(), null).ShouldBe(0);
        _issues["cron.zone.local"].ShouldNotBeNull().ShouldContain(value);
    }

    [Fact]
    public void Without_TZ_and_without_a_file_the_local_zone_is_UTC_until_there_is_one()
    {
        var table = Table();
        Hours(table, null).ShouldBe(0);
        _issues.Values.ShouldAllBe(i => i == null);
        Write(Localtime, "<+03>-3");
        table.Refresh();
        Hours(table, null).ShouldBe(3);
    }

    [Fact]
    public void A_pipe_or_a_device_in_the_place_of_a_zone_is_an_issue_and_keeps_nobody_waiting()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has neither");
        using (var make = Process.Start("mkfifo", [City])) make.WaitForExit();
        File.CreateSymbolicLink(Localtime, "/dev/zero");
        var table = Table();
        Hours(table, "City").ShouldBe(0);
        Hours(table, null).ShouldBe(0);
        _issues["cron.zone.City"].ShouldNotBeNull().ShouldContain("regular file");
        _issues["cron.zone.local"].ShouldNotBeNull().ShouldContain("regular file");
    }

    [Theory]
    [InlineData("europe/berlin", "write Europe/Berlin")]
    [InlineData("EUROPE/BERLIN", "write Europe/Berlin")]
    [InlineData("Berlin", "write Europe/Berlin")]
    [InlineData("America/New York", "write America/New_York")]
    [InlineData("Europe/Berln", "did you mean Europe/Berlin?")]
    [InlineData("Pacific Standard Time", "write America/Los_Angeles")]
    [InlineData("w. europe standard time", "write Europe/Berlin")]
    [InlineData("CEST", "write Europe/Berlin")]
    [InlineData("Local", "write local")]
    [InlineData("5", "an IANA name such as Europe/Berlin")]
    [InlineData("UTC+2", "Etc/GMT-2")]
    [InlineData("+05:30", "the zone of the place")]
    [InlineData("CET-1CEST,M3.5.0,M10.5.0/3", "the variable TZ")]
    [InlineData("/etc/localtime", "the variable TZ")]
    [InlineData("America", "an IANA name such as Europe/Berlin")]
    [InlineData("../../etc/passwd", "an IANA name such as Europe/Berlin")]
    public void A_wrong_name_gets_the_right_one(string name, string cure)
    {
        var wrong = ZoneNames.Check(name, ZoneFiles.System, AiwgDaemon.Config.Description.Nearest.To);
        wrong.ShouldNotBeNull().Cure.ShouldContain(cure);
    }

    [Theory]
    [InlineData("local")]
    [InlineData("UTC")]
    [InlineData("Europe/Berlin")]
    [InlineData("Etc/GMT-2")]
    public void A_right_name_is_taken(string name) =>
        ZoneNames.Check(name, ZoneFiles.System, AiwgDaemon.Config.Description.Nearest.To).ShouldBeNull();

    [Fact]
    public void Without_zone_data_there_is_UTC_and_the_advice_to_install_them()
    {
        var files = new ZoneFiles(() => null, ["/nonexistent"], "/nonexistent");
        ZoneNames.Check("UTC", files, (_, _) => null).ShouldBeNull();
        ZoneNames.Check("Europe/Berlin", files, (_, _) => null).ShouldNotBeNull().Cure.ShouldContain("install tzdata");
    }

    private ZoneTable Table() =>
        new(new ZoneFiles(() => _variable, [_directory.Path], Localtime), (key, message, _) => _issues[key] = message);

    private static double Hours(ZoneTable table, string? name) =>
        TimeSpan.FromTicks(table[name].At(new DateTime(2027, 1, 15).Ticks).Offset).TotalHours;

    private static void Write(string path, string rule) => File.WriteAllBytes(path, TzifReaderTests.File("2", [], [(0, 0)], rule));
}
