using AiwgDaemon.Platform;

namespace AiwgDaemon.Tests.Platform;

public sealed class PrivateGroupTests
{
    private static readonly string[] Users =
    [
        "root:x:0:0::/root:/bin/sh",
        "ann:x:1000:1000::/home/ann:/bin/sh",
        "bob:x:1001:100::/home/bob:/bin/sh",
        "cay:x:1002:100::/home/cay:/bin/sh",
    ];
    private static readonly string[] Groups =
    [
        "root:x:0:",
        "users:x:100:",
        "ann:x:1000:",
        "team:x:2000:ann,bob",
        "solo:x:2001:ann",
        "broken",
    ];

    [Theory]
    [InlineData(1000u, 1000u, true, "a group of one's own")]
    [InlineData(2001u, 1000u, true, "nobody else is a member")]
    [InlineData(2000u, 1000u, false, "another member")]
    [InlineData(100u, 1001u, false, "the first group of others too")]
    [InlineData(1000u, 1001u, false, "somebody else's own group")]
    [InlineData(5000u, 5000u, true, "unknown, with the user's number")]
    [InlineData(5000u, 1000u, false, "unknown")]
    public void A_group_is_private_if_nobody_else_is_in_it(uint group, uint user, bool expected, string why) =>
        PrivateGroup.Is(group, user, Groups, Users).ShouldBe(expected, why);
}
