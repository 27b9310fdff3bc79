using System.Net;
using AiwgDaemon.Http;
using Microsoft.Extensions.Time.Testing;

namespace AiwgDaemon.Tests.Http;

public sealed class ConnectionLimitTests : IDisposable
{
    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.1"), There = IPAddress.Parse("192.0.2.2");

    private readonly FakeTimeProvider _time = new();
    private readonly ConnectionLimit _limit;
    private readonly List<string> _ended = [];

    private readonly List<(string Reason, IPAddress? From)> _told = [];

    public ConnectionLimitTests() => _limit = new(_time, (end, from) => _told.Add((end.Reason, from)), silent: 3, speaking: 2);

    public void Dispose() => _limit.Dispose();

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
    public void Where_all_are_being_published_a_further_one_waits_for_the_first_that_was_answered()
    {
        var first = Speak("first").Publishes();
        using var second = Speak("second").Publishes();
        var third = Enter("third").SpeaksAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        third.IsCompleted.ShouldBeFalse();
        first.Dispose();
        _time.Advance(TimeSpan.FromMilliseconds(250));
        third.IsCompletedSuccessfully.ShouldBeTrue();
        _ended.ShouldBe(["first"], "it was answered, and had its time");
    }

    [Fact]
    public void Who_comes_while_all_speak_waits_until_one_has_gone_or_had_its_time()
    {
        var first = Speak("first", wait: false);
        Speak("second", wait: false);
        var third = Enter("third").SpeaksAsync();
        var fourth = Enter("fourth").SpeaksAsync();
        third.IsCompleted.ShouldBeFalse();
        first.Dispose();
        third.IsCompletedSuccessfully.ShouldBeTrue();
        fourth.IsCompleted.ShouldBeFalse();
        _ended.ShouldBeEmpty();
        _time.Advance(TimeSpan.FromMilliseconds(250));
        fourth.IsCompletedSuccessfully.ShouldBeTrue();
        _ended.ShouldBe(["second"]);
    }

    [Fact]
    public async Task Who_waits_when_the_listener_ends_is_told()
    {
        Speak("first", wait: false);
        Speak("second", wait: false);
        var third = Enter("third").SpeaksAsync();
        _limit.EndUnanswered();
        (await third).ShouldBeFalse();
        _ended.ShouldBe(["third"]);
        _told.ShouldBeEmpty("a server that stops refuses nobody");
    }

    [Fact]
    public void Each_that_is_ended_is_told_with_its_reason_and_whose_it_was()
    {
        Enter("silent", There);
        _limit.EndSilent();
        _limit.EndSilent();
        Speak("first", wait: false);
        Speak("second");
        Speak("third");
        _told.ShouldBe([("silent", There), ("places", Here)]);
    }

    [Fact]
    public void Who_stands_aside_holds_no_place_until_it_is_answered()
    {
        var first = Speak("first");
        var answer = first.Publishes();
        first.StandsAside().ShouldBeTrue();
        Speak("second");
        Speak("third");
        _ended.ShouldBeEmpty("there are two places, and two hold one");
        answer.Dispose();
        Speak("fourth");
        _ended.ShouldBe(["second"], "the one that was answered came back last");
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

    // As late as it takes for those before to have had their time.
    private ConnectionLimit.Place Speak(string name, bool wait = true)
    {
        if (wait) _time.Advance(TimeSpan.FromMilliseconds(250));
        var place = Enter(name);
        place.SpeaksAsync().IsCompletedSuccessfully.ShouldBeTrue();
        place.EndsBy(() => _ended.Add(name));
        return place;
    }
}
