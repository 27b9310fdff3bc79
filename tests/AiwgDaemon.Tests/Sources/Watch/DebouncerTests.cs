using AiwgDaemon.Sources.Watch;
using AiwgDaemon.Sources.Watch.Changes;
using CsCheck;

namespace AiwgDaemon.Tests.Sources.Watch;

public sealed class DebouncerTests
{
    [Fact]
    public void A_change_is_due_after_its_quiet_time()
    {
        var debouncer = new Debouncer { Quiet = 10, Ceiling = 100 };
        debouncer.NextDue.ShouldBe(long.MaxValue);
        var slot = debouncer.Add(entry: 7, before: true, now: 0);
        debouncer.Touch(slot, now: 5);
        debouncer.NextDue.ShouldBe(15);
        debouncer.FindDue(now: 14, all: false).ShouldBe(0);
        debouncer.FindDue(now: 15, all: false).ShouldBe(slot);
        debouncer[slot].Entry.ShouldBe(7);
    }

    [Fact]
    public void A_change_without_pause_is_due_at_the_ceiling()
    {
        var debouncer = new Debouncer { Quiet = 10, Ceiling = 30 };
        var slot = debouncer.Add(entry: 7, before: true, now: 0);
        for (var now = 5; now < 30; now += 5)
        {
            debouncer.Touch(slot, now);
            debouncer.FindDue(now, all: false).ShouldBe(0);
        }
        debouncer.FindDue(now: 30, all: false).ShouldBe(slot);
    }

    [Fact]
    public void It_agrees_with_a_simple_model()
    {
        // Steps: a path that changes (0 to 9), or the time that passes and all that is due leaves.
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 15], Gen.Bool).Array[0, 200].Sample(steps =>
        {
            var debouncer = new Debouncer { Quiet = 10, Ceiling = 25 };
            var model = new Dictionary<int, (int Slot, long First, long Last)>();
            var now = 0L;
            foreach (var (path, pause, drains) in steps)
            {
                now += pause;
                if (drains)
                {
                    while (debouncer.FindDue(now, all: false) is not 0 and var slot)
                    {
                        var (_, first, last) = model[debouncer[slot].Entry];
                        if (last + 10 > now && first + 25 > now) return false;
                        model.Remove(debouncer[slot].Entry);
                        debouncer.Remove(slot);
                    }
                    if (model.Values.Any(m => m.Last + 10 <= now || m.First + 25 <= now)) return false;
                }
                else if (model.TryGetValue(path, out var known))
                {
                    debouncer.Touch(known.Slot, now);
                    model[path] = known with { Last = now };
                }
                else
                {
                    model[path] = (debouncer.Add(path, before: false, now), now, now);
                }
                if (debouncer.Count != model.Count) return false;
                var due = model.Count == 0 ? long.MaxValue : model.Values.Min(m => Math.Min(m.Last + 10, m.First + 25));
                if (debouncer.NextDue != due) return false;
            }
            return true;
        });
    }
}
