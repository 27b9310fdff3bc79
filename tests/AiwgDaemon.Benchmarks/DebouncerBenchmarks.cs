using AiwgDaemon.Sources.Watch;
using AiwgDaemon.Sources.Watch.Changes;
using BenchmarkDotNet.Attributes;

namespace AiwgDaemon.Benchmarks;

/// <summary>So many paths that change, change again in another order, and become due; time and memory are per path. Growth doubles, so that
/// half of the memory is garbage.</summary>
[MemoryDiagnoser]
public class DebouncerBenchmarks
{
    private const int Most = 100_000;

    [Params(1000, Most)]
    public int Paths { get; set; }

    [Benchmark(OperationsPerInvoke = Most)]
    public int AddTouchTake()
    {
        var taken = 0;
        for (var round = 0; round < Most / Paths; round++)
        {
            var debouncer = new Debouncer { Quiet = 500, Ceiling = 10_000_000 };
            var slots = new int[Paths];
            for (var i = 0; i < Paths; i++) slots[i] = debouncer.Add(i, before: true, now: i);
            // 7919 is prime, so that each path has its turn.
            for (var i = 0; i < Paths; i++) debouncer.Touch(slots[(int)((long)i * 7919 % Paths)], Paths + i);
            while (debouncer.FindDue(long.MaxValue, all: false) is var slot and > 0)
            {
                debouncer.Remove(slot);
                taken++;
            }
        }
        return taken == Most ? taken : throw new InvalidOperationException($"{taken} were due");
    }
}
