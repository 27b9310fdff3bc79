using System.Globalization;
using AiwgDaemon.Tests.Support;
using CsCheck;

namespace AiwgDaemon.Tests.Corpus;

/// <summary>
/// The kept examples of each target, as they are and mutated. What a fuzzer finds is added as a file beside them.
/// AIWG_FUZZ_SECONDS mutates for longer.
/// </summary>
public sealed class CorpusTests
{
    private const int Mutants = 3000;

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Keys];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_kept_example_is_read_or_refused(string target)
    {
        var files = Directory.GetFiles(DirectoryOf(target));
        files.ShouldNotBeEmpty();
        foreach (var file in files) FuzzTargets.All[target](File.ReadAllBytes(file));
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void No_mutation_of_an_example_makes_a_reader_throw_or_contradict_itself(string target)
    {
        var examples = Directory.GetFiles(DirectoryOf(target)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToArray();
        var mutant = Gen.Select(Gen.Int[0, examples.Length - 1], Edit(examples).Array[1, 6])
            .Select((pick, edits) => edits.Aggregate(examples[pick], (bytes, edit) => edit(bytes)));
        if (Environment.GetEnvironmentVariable("AIWG_FUZZ_SECONDS") is { } seconds)
            mutant.Sample(
                FuzzTargets.All[target],
                time: int.Parse(seconds, CultureInfo.InvariantCulture),
                threads: Environment.ProcessorCount
            );
        else
            mutant.Sample(FuzzTargets.All[target], iter: Mutants, threads: 1);
    }

    // A bit, a byte, a cut, a repetition, a piece of another example.
    private static Gen<Func<byte[], byte[]>> Edit(byte[][] examples) =>
        Gen.Select(Gen.Int[0, 5], Gen.Double[0, 1], Gen.Double[0, 1], Gen.Byte, Gen.Int[0, examples.Length - 1])
            .Select(
                (kind, from, to, value, other) =>
                    new Func<byte[], byte[]>(bytes =>
                    {
                        var (first, last) = ((int)(Math.Min(from, to) * bytes.Length), (int)(Math.Max(from, to) * bytes.Length));
                        var piece = examples[other];
                        return bytes.Length > 20_000
                            ? bytes[..first]
                            : kind switch
                            {
                                0 when bytes.Length > 0 =>
                                [
                                    .. bytes[..first],
                                    .. first < bytes.Length ? [(byte)(bytes[first] ^ (1 << (value & 7)))] : Array.Empty<byte>(),
                                    .. bytes[Math.Min(bytes.Length, first + 1)..],
                                ],
                                1 => [.. bytes[..first], value, .. bytes[first..]],
                                2 => [.. bytes[..first], .. bytes[last..]],
                                3 => bytes[..first],
                                4 => [.. bytes[..last], .. bytes[first..]],
                                _ => [.. bytes[..first], .. piece[(int)(from * piece.Length)..], .. bytes[last..]],
                            };
                    })
            );

    private static string DirectoryOf(string target) => Path.Combine(Repository.Root, "tests", "AiwgDaemon.Tests", "Corpus", target);
}
