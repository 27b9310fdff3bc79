namespace AiwgDaemon.Tests.Config;

/// <summary>
/// What people write who know another language, or who copied a text, and then stand before a message: one habit each. Some files are
/// valid and mean something else.
/// </summary>
internal static class StuckConfiguration
{
    public static IEnumerable<BrokenConfiguration> All()
    {
        yield return new("no blank", "schedule:\n  timezone:UTC\n");
        yield return new("no blank, more keys", "watch:\n  enabled:true\n  debounce_ms: 5\n");
        yield return new("no blank in the middle", "watch:\n  enabled: true\n  debounce_ms:5\n  gitignore: true\n");
        yield return new("no blank in braces", "schedule:\n  jobs:\n    - {id:a, cron: \"0 3 * * *\", action: doctor}\n");
        yield return new("no blank in list", "watch:\n  paths:\n    - path:src/\n");
        yield return new("no blank job", "schedule:\n  jobs:\n    - id:a\n      cron: \"0 3 * * *\"\n      action: doctor\n");
        yield return new("no blank top", "watch:{enabled: true}\n");
        yield return new("after quote", "actions:\n  a:\n    type: shell\n    command: \"my prog\" --flag\n");
        yield return new("apostrophe", "actions:\n  a:\n    type: shell\n    command: 'It's done'\n");
        yield return new("after quote list", "actions:\n  a:\n    type: exec\n    argv: [\"a\" b, c]\n");
        yield return new("jsonc", "{\n  \"watch\": {\n    \"debounce_ms\": 500, // quiet\n    \"paths\": [\"src/\"]\n  }\n}\n");
        yield return new("jsonc first", "{\n  // quiet\n  \"watch\": {\n    \"debounce_ms\": 500 }\n}\n");
        yield return new("slash comment line", "watch:\n  // all files\n  enabled: true\n");
        yield return new("slash comment end", "watch:\n  enabled: true // on\n");
        yield return new("slash comment path", "watch:\n  paths:\n    - src/ // sources\n");
        yield return new("block comment", "/* my file */\nwatch:\n  enabled: true\n");
        yield return new("nbsp", "schedule:\n\u00a0\u00a0jobs: []\n");
        yield return new("nbsp2", "watch:\n  enabled:\u00a0true\n");
        yield return new("nbsp3", "watch:\n  enabled: true\u00a0\n");
        yield return new("nbsp4", "watch:\n  enabled: true\n\u00a0\u00a0debounce_ms: 5\n");
        yield return new("cyr", "s\u0441hedule: {}\n");
        yield return new("cyr2", "watch:\n  \u0435nabled: true\n");
        yield return new("cyr3", "schedule:\n  jobs:\n    - { id: a, \u0441ron: \"0 3 * * *\", action: doctor }\n");
        yield return new("cyr id", "schedule:\n  jobs:\n    - { id: n\u0456ghtly, cron: \"0 3 * * *\", action: doctor }\n");
        yield return new("fullwidth", "schedule\uff1a\n  timezone: UTC\n");
        yield return new("fullwidth2", "schedule:\n  timezone\uff1aUTC\n");
        yield return new("fullwidth3", "schedule:\n  timezone\uff1a UTC\n  enabled: true\n");
        yield return new("smart quotes", "watch:\n  paths: [\u201csrc/\u201d]\n");
        yield return new("smart quotes cron", "schedule:\n  jobs:\n    - id: a\n      cron: \u201c0 3 * * *\u201d\n      action: doctor\n");
        yield return new("smart cmd", "actions:\n  a:\n    type: shell\n    command: \u201cnpm test\u201d\n");
        yield return new("zwsp", "watch:\n  \u200benabled: true\n");
        yield return new("zwsp path", "watch:\n  paths: [\"src/\u200b\"]\n");
        yield return new("bom middle", "watch: {}\n\ufeffschedule: {}\n");
        yield return new("en dash", "watch:\n  paths:\n    \u2013 src/\n");
        yield return new("bullet", "watch:\n  paths:\n    \u2022 src/\n");
        yield return new("${PORT}", "webhook: { port: ${PORT} }\n");
        yield return new("${PORT} block", "webhook:\n  port: ${PORT}\n");
        yield return new("$LEVEL", "daemon:\n  log: {level: $LEVEL}\n");
        yield return new("${{ }}", "webhook:\n  host: ${{ vars.HOST }}\n");
        yield return new("enabled $X", "watch:\n  enabled: $WATCH\n");
        yield return new("host $", "webhook:\n  host: $HOST\n");
        yield return new("id $", "schedule:\n  jobs:\n    - { id: $NAME, cron: \"0 3 * * *\", action: doctor }\n");
        yield return new("cron comma", "schedule:\n  jobs:\n    - { id: a, cron: 0 3 * * 1,5, action: doctor }\n");
        yield return new("cron comma2", "schedule:\n  jobs:\n    - { id: a, cron: 0,15,30 * * * *, action: doctor }\n");
        yield return new("comma msg", "actions:\n  a: { type: notify, message: hello, world }\n");
        yield return new("star step", "schedule:\n  jobs:\n    - id: a\n      cron: */5 * * * *\n      action: doctor\n");
        yield return new(
            "conflict",
            "watch:\n  debounce_ms: 5\n<<<<<<< HEAD\nschedule: { enabled: false }\n=======\nschedule: { enabled: true }\n>>>>>>> main\n"
        );
        yield return new("half conflict", "watch:\n  debounce_ms: 5\n=======\nschedule: { enabled: true }\n");
        yield return new(
            "an anchor at a key with a dot",
            ".job: &job\n  overlap: queue\nschedule:\n  jobs:\n    - { <<: *job, id: a, cron: \"0 3 * * *\", action: doctor }\n"
        );
        yield return new(
            "a section for anchors",
            "anchors:\n  job: &job { overlap: queue }\nschedule:\n  jobs:\n    - { id: a, cron: \"0 3 * * *\", action: doctor }\n"
        );
        yield return new(
            "an underscore for anchors",
            "_common: { overlap: queue }\nschedule:\n  jobs:\n    - { id: a, cron: \"0 3 * * *\", action: doctor }\n"
        );
        yield return new("x- inside of a section", "schedule:\n  x-job: &j {overlap: queue}\n  jobs: []\n");
        yield return new("on_busy", "schedule:\n  jobs:\n    - { id: a, cron: \"0 3 * * *\", action: doctor, on_busy: skip }\n");
        yield return new("overlap", "rules:\n  - {id: r, event: {source: watch}, action: doctor, overlap: skip}\n");
        yield return new("every", "schedule:\n  jobs:\n    - { id: a, every: 5m, action: doctor }\n");
        yield return new("interval", "schedule:\n  jobs:\n    - { id: a, interval: 2h, action: doctor }\n");
        yield return new("every 90", "schedule:\n  jobs:\n    - { id: a, every: 90m, action: doctor }\n");
        yield return new("interval_seconds", "schedule:\n  jobs:\n    - { id: a, interval_seconds: 30, action: doctor }\n");
        yield return new("merge list", "x-ig: &ig [\"*.tmp\", \"*.bak\"]\nwatch:\n  ignore:\n    - <<: *ig\n    - \"*.x\"\n");
        yield return new("alias scalar", "x-d: &d fast\nwatch:\n  debounce_ms: *d\n");
        yield return new("merge scalar", "x-d: &d fast\nwatch:\n  <<: *d\n");
        yield return new("!keep", "watch:\n  ignore:\n    - \"*.tmp\"\n    - !keep.tmp\n");
        yield return new("!flow", "watch:\n  ignore: [!keep.tmp]\n");
        yield return new("@", "actions:\n  a:\n    type: shell\n    command: @build\n");
        yield return new("%", "actions:\n  a:\n    type: shell\n    command: %PATH%\n");
        yield return new("`", "actions:\n  a:\n    type: shell\n    command: `date`\n");
        yield return new("C:\\tools", "actions:\n  a: { type: exec, argv: [\"C:\\tools\\new.exe\"] }\n");
        yield return new("C:\\Users", "actions:\n  a: { type: exec, argv: [\"C:\\Users\\x.exe\"] }\n");
        yield return new("src\\test", "watch:\n  paths: [\"src\\test\"]\n");
        yield return new("regex", "rules:\n  - {id: r, event: {source: manual, match: {a: \"\\.md$\"}}, action: doctor}\n");
        yield return new("octal", "daemon:\n  max_parallel_actions: 010\n");
        yield return new("1_000", "watch:\n  debounce_ms: 1_000\n");
        yield return new("dup", "watch: {}\nwatch: {}\n");
        yield return new("tab", "watch:\n\tenabled: true\n");
        yield return new("tab2", "watch:\n  paths:\n  \t- src\n");
        yield return new("yaml comma", "watch:\n  enabled: true,\n  debounce_ms: 5,\n");
        yield return new("semicolon", "watch:\n  enabled: true;\n");
        yield return new("on", "on:\n  push: {}\n");
        yield return new("jobs", "jobs:\n  build: {steps: []}\n");
        yield return new("schedule list", "schedule:\n  - cron: \"0 3 * * *\"\n");
        yield return new("watch list", "watch:\n  - src/\n");
        yield return new("rules map", "rules:\n  id: a\n  action: doctor\n");
        yield return new("services", "services:\n  web: {image: x}\n");
        yield return new("debounce top", "debounce_ms: 500\n");
        yield return new("timezone 5", "schedule:\n  timezone: 5\n  jobs: []\n");
        yield return new("colon value", "actions:\n  a:\n    type: shell\n    command: echo a: b\n");
        yield return new("colon end", "actions:\n  a:\n    type: shell\n    command: echo done:\n");
        yield return new("two keys", "watch: enabled: true\n");
        yield return new("section", "[watch]\nenabled = true\n");
        yield return new("equals", "watch:\n  enabled = true\n");
        yield return new("equals2", "watch:\n  enabled=true\n  debounce_ms=5\n");
        yield return new(
            "gt",
            "rules:\n  - id: r\n    event: {source: manual}\n    action: doctor\n    x: 1\n  - id: s\n    event:\n      source: manual\n "
                + "     match:\n        size: >= 10\n    action: doctor\n"
        );
        yield return new("gt flow", "rules:\n  - {id: r, event: {source: manual, match: {size: >= 10}}, action: doctor}\n");
        yield return new("[ command", "actions:\n  a:\n    type: shell\n    command: [ -f x ] && y\n");
        yield return new(
            "braces",
            "rules:\n  - id: r\n    event:\n      source: watch\n      path_pattern: {src,lib}/**\n    action: doctor\n"
        );
        yield return new("list in line", "watch:\n  paths: - src/\n");
        yield return new("pipe", "actions:\n  a:\n    type: shell\n    command: | grep x\n");
        yield return new("cond", "rules:\n  - id: r\n    event: {source: watch}\n    action: doctor\n    if: x\n");
        yield return new("indent", "watch:\n    enabled: true\n  debounce_ms: 5\n");
        yield return new("include", "actions: !include actions.yaml\n");
        yield return new("two conflicts", "watch: {}\n>>>>>>> theirs\n");
        yield return new("base of a conflict", "watch: {}\n||||||| base\n");
        yield return new("greek", "rules:\n  - {id: r, event: {\u03c4ype: x}, action: doctor}\n");
        yield return new("ideographic space", "watch:\n\u3000enabled: true\n");
        yield return new("minus sign", "daemon:\n  heartbeat_interval_seconds: \u22125\n");
        yield return new("curly apostrophe", "actions:\n  a:\n    type: shell\n    command: \u2018npm test\u2019\n");
        yield return new("soft hyphen", "watch:\n  debounce\u00ad_ms: 5\n");
        yield return new("right-to-left override", "watch:\n  paths: [\"src/\u202etxt\"]\n");
        yield return new("no-break space in a command", "actions:\n  a: {type: shell, command: \"npm\u00a0test\"}\n");
        yield return new("number with a no-break space", "watch:\n  debounce_ms: 5\u00a0000\n");
        yield return new("percent variable", "watch:\n  paths: [\"%USERPROFILE%/src\"]\n");
        yield return new("command substitution", "actions:\n  a: {type: shell, command: ls, cwd: \"$(pwd)/x\"}\n");
        yield return new("home in a pattern", "watch:\n  paths: [src]\n  ignore: [\"~/x/**\", \"${HOME}/y\"]\n");
        yield return new("variable in a port in quotes", "webhook:\n  port: \"${PORT}\"\n");
        yield return new("shell habit in a zone", "schedule:\n  timezone: $TZ\n");
        yield return new("every 7 minutes", "schedule:\n  jobs:\n    - { id: a, every: 7m, action: doctor }\n");
        yield return new("every day", "schedule:\n  jobs:\n    - { id: a, every: 1d, action: doctor }\n");
        yield return new(
            "concurrencyPolicy",
            "schedule:\n  jobs:\n    - { id: a, cron: \"0 3 * * *\", action: doctor, concurrencyPolicy: Forbid }\n"
        );
        yield return new("crontab", "crontab:\n  - \"0 3 * * * backup\"\n");
        yield return new("endpoints on top", "endpoints: [{path: /ci}]\n");
        yield return new("port on top", "port: 9000\n");
        yield return new("level in the wrong section", "level: debug\n");
        yield return new("cooldown in a job", "schedule:\n  jobs: [{id: a, cron: \"0 3 * * *\", action: doctor, cooldown_minutes: 5}]\n");
        yield return new("off", "watch:\n  enabled: off\n");
        yield return new("merge of a list of lists", "x-a: &a [1]\nwatch:\n  <<: [*a]\n");
        yield return new(
            "anchor that is not there in a job",
            "schedule:\n  jobs:\n    - <<: *base\n      id: a\n      cron: \"0 3 * * *\"\n      action: doctor\n"
        );
        yield return new("value begins with &", "actions:\n  a:\n    type: shell\n    command: && echo\n");
        yield return new("colon and quotes", "actions:\n  a:\n    type: shell\n    command: curl -H \"X: y\" host\n");
        yield return new("Windows lines and a tab", "watch:\u000d\n\tenabled: true\u000d\n");
    }
}
