using System.Net;
using AiwgDaemon.Sources.Webhook;

namespace AiwgDaemon.Tests.Sources.Webhook;

public sealed class ConnectionLimitTests
{
    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.1"), There = IPAddress.Parse("192.0.2.2");

    private readonly ConnectionLimit _limit = new(silent: 3, speaking: 2);
    private readonly List<string> _ended = [];

    [Fact]
    public void A_further_silent_connection_takes_the_place_of_the_oldest()
    {
        foreach (var name in new[] { "a", "b", "c", "d" }) Enter(name);
        _ended.ShouldBe(["a"]);
    }

    [Fact]
    public void The_address_that_holds_most_gives_way()
    {
        Enter("legitimate", There);
        Enter("a");
        Enter("b");
        Enter("c");
        _ended.ShouldBe(["a"]);
    }

    [Fact]
    public void Of_the_speaking_ones_the_longest_without_an_answer_goes_and_one_that_is_being_published_stays()
    {
        var first = Speak("first");
        using (first.Publishes())
        {
            Speak("second");
            Speak("third");
            _ended.ShouldBe(["second"]);
        }
        Speak("fourth");
        _ended.ShouldBe(["second", "third"], "the first was answered after the third had come");
    }

    [Fact]
    public void Where_all_are_being_published_a_further_one_is_refused()
    {
        using var first = Speak("first").Publishes();
        using var second = Speak("second").Publishes();
        Enter("third").Speaks(() => { }).ShouldBeFalse();
        _ended.ShouldBeEmpty();
    }

    [Fact]
    public void Silence_is_ended_in_the_second_round_and_speaking_is_not()
    {
        Enter("silent");
        Speak("speaking");
        _limit.EndSilent();
        Enter("late");
        _ended.ShouldBeEmpty();
        _limit.EndSilent();
        _ended.ShouldBe(["silent"]);
    }

    [Fact]
    public void A_place_that_was_left_is_free()
    {
        Speak("first").Dispose();
        Speak("second");
        Speak("third");
        _ended.ShouldBeEmpty();
    }

    private ConnectionLimit.Place Enter(string name, IPAddress? from = null) => _limit.Enter(from ?? Here, () => _ended.Add(name));

    private ConnectionLimit.Place Speak(string name)
    {
        var place = Enter(name);
        place.Speaks(() => _ended.Add(name)).ShouldBeTrue();
        return place;
    }
}
