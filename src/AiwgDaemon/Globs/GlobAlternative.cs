namespace AiwgDaemon.Globs;

/// <summary>
/// A pattern without braces. The common shapes (<c>a/b</c>, <c>a/**</c>, <c>a/**/*.x</c>, <c>**/name</c>, <c>a/*.x</c>) are decided by
/// comparing the text at both ends; the rest walks segment by segment and retries the last <c>**</c> only.
/// </summary>
internal sealed class GlobAlternative
{
    private enum Shape : byte
    {
        /// <summary>The path is the head.</summary>
        Text,

        /// <summary>The head, anything but a slash, the tail.</summary>
        OneStar,

        /// <summary>The head, any directories, anything, the tail.</summary>
        AnyDepthStar,

        /// <summary>The head, any directories, a name that is the tail.</summary>
        AnyDepthName,

        /// <summary>The head and at least one character more.</summary>
        Below,
        Segments,
    }

    private readonly GlobSegment[] _segments;
    private readonly Shape _shape;
    private readonly string _head;
    private readonly string _tail = "";

    public GlobAlternative(GlobSegment[] segments)
    {
        _segments = segments;
        var plain = 0;
        while (plain < segments.Length && segments[plain] is { IsText: true, HasStar: false }) plain++;
        _head = string.Concat(segments.Take(plain).Select(s => s.Prefix + "/"));
        var rest = segments.AsSpan(plain);
        _shape = Shape.Segments;
        switch (rest)
        {
            case []:
                _shape = Shape.Text;
                _head = _head[..^1];
                break;
            case [{ IsText: true } only]:
                _shape = Shape.OneStar;
                (_head, _tail) = (_head + only.Prefix, only.Suffix);
                break;
            case [{ IsAnyDepth: true }]:
                _shape = Shape.Below;
                break;
            case [{ IsAnyDepth: true }, { IsText: true, HasStar: true, Prefix: "" } last]:
                _shape = Shape.AnyDepthStar;
                _tail = last.Suffix;
                break;
            case [{ IsAnyDepth: true }, { IsText: true, HasStar: false } last]:
                _shape = Shape.AnyDepthName;
                _tail = last.Prefix;
                break;
            default:
                if (rest[^1] is { IsText: true } end) _tail = end.HasStar ? end.Suffix : end.Prefix;
                break;
        }
    }

    public bool IsMatch(ReadOnlySpan<char> path)
    {
        // Most paths are of no interest, and one character at an end tells. Without a comparison type, for that is a call.
        string head = _head, tail = _tail;
        if (path.Length < head.Length + tail.Length) return false;
        if (tail.Length != 0 && (path[^1] != tail[^1] || !path[^tail.Length..].SequenceEqual(tail))) return false;
        if (head.Length != 0 && (path[0] != head[0] || !path[..head.Length].SequenceEqual(head))) return false;
        var rest = path[_head.Length..];
        return _shape switch
        {
            Shape.Text => rest.IsEmpty,
            Shape.OneStar => !rest[..^_tail.Length].Contains('/'),
            Shape.AnyDepthStar => true,
            Shape.AnyDepthName => rest.Length == _tail.Length || rest[^(_tail.Length + 1)] == '/',
            Shape.Below => rest.Length > 0,
            _ => IsSegmentMatch(path),
        };
    }

    private bool IsSegmentMatch(ReadOnlySpan<char> path)
    {
        int segment = 0, at = 0, retrySegment = -1, retryAt = 0;
        while (true)
        {
            if (segment < _segments.Length && _segments[segment].IsAnyDepth)
            {
                if (++segment == _segments.Length) return at < path.Length;
                retrySegment = segment;
                retryAt = at;
                continue;
            }
            if (segment == _segments.Length && at > path.Length) return true;
            if (segment < _segments.Length && at <= path.Length)
            {
                var rest = path[at..];
                var slash = rest.IndexOf('/');
                if (_segments[segment].IsMatch(slash < 0 ? rest : rest[..slash]))
                {
                    segment++;
                    // Past the end, not at it: "a" has one segment, "a/" would have two.
                    at = slash < 0 ? path.Length + 1 : at + slash + 1;
                    continue;
                }
            }
            if (retrySegment < 0 || retryAt > path.Length) return false;
            var next = path[retryAt..].IndexOf('/');
            if (next < 0) return false;
            retryAt += next + 1;
            segment = retrySegment;
            at = retryAt;
        }
    }
}
