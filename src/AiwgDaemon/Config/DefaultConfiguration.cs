namespace AiwgDaemon.Config;

/// <summary>The file that the first start writes.</summary>
internal static class DefaultConfiguration
{
    public const string Json = """
        {
          "daemon": {
            "heartbeat_interval_seconds": 30,
            "max_parallel_actions": 3,
            "action_timeout_minutes": 120,
            "log": {
              "max_size_mb": 50,
              "max_files": 5,
              "level": "info"
            }
          },
          "watch": {
            "enabled": true,
            "paths": [
              {
                "path": ".aiwg/",
                "events": ["create", "modify", "delete"],
                "ignore": ["*.tmp", "working/**", "daemon/**"]
              },
              {
                "path": "src/",
                "events": ["modify"],
                "extensions": [".ts", ".js", ".mjs"]
              }
            ],
            "debounce_ms": 2000
          },
          "schedule": {
            "enabled": true,
            "jobs": [
              {
                "id": "health-check",
                "cron": "0 */6 * * *",
                "action": "doctor"
              }
            ]
          }
        }

        """;
}
