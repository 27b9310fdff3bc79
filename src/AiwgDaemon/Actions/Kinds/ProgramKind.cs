using System.Text;

namespace AiwgDaemon.Actions.Kinds;

/// <summary>One word of a command, with the key that it comes of.</summary>
internal readonly record struct KeyedWord(string Text, string Key);

/// <summary>A kind of action that is a program.</summary>
internal abstract class ProgramKind : ActionKind
{
    /// <summary>The program and its arguments, before or after placeholders have been replaced; empty if the action has none.</summary>
    public abstract IReadOnlyList<KeyedWord> Words(ActionDefinition action);

    /// <summary>An argument that is empty because there is no value is not what somebody asked for.</summary>
    public override bool MayLackValues => false;

    public virtual ActionCommand Command(ActionDefinition action)
    {
        var words = Words(action);
        if (words.Count == 0)
            throw new ArgumentException($"The action {action.Name} has no program to run; write its argv", nameof(action));
        return new(words[0].Text, [.. words.Skip(1).Select(word => word.Text)]);
    }

    /// <summary>Words quoted if a shell would need it.</summary>
    public override string Describe(ActionDefinition action)
    {
        var text = new StringBuilder();
        foreach (var (word, _) in Words(action))
        {
            if (text.Length > 0)
                text.Append(' ');
            if (word.Length > 0 && (text.Length == 0 || word.All(static c => char.IsAsciiLetterOrDigit(c) || "-_./:=@%+,".Contains(c))))
                text.Append(word);
            else
                text.Append('\'').Append(word.Replace("'", "'\\''", StringComparison.Ordinal)).Append('\'');
        }
        return text.ToString();
    }
}
