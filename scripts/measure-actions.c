/* Beside measure-actions.sh. As the child, "stamp FILE" appends the time of its first instruction: 8 bytes, CLOCK_MONOTONIC
 * in nanoseconds. As the measurer it starts that child through the daemon and by a posix_spawn of its own, in turns. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int stamp(const char *file) {
  int64_t first = now();
  int out = open(file, O_WRONLY | O_APPEND | O_CREAT, 0600);
  return out < 0 || write(out, &first, sizeof first) != sizeof first;
}

static off_t size_of(const char *file) {
  struct stat s;
  return stat(file, &s) == 0 ? s.st_size : 0;
}

static void wait_for(const char *file, off_t size) {
  int64_t limit = now() + 60 * INT64_C(1000000000);
  struct timespec pause = {0, 200000};
  while (size_of(file) < size) {
    if (now() > limit) {
      fprintf(stderr, "an action did not start within a minute\n");
      exit(1);
    }
    nanosleep(&pause, NULL);
  }
}

static int connect_to(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  int s = socket(AF_UNIX, SOCK_STREAM, 0);
  if (s < 0 || connect(s, (struct sockaddr *)&address, sizeof address) != 0) fail(path);
  return s;
}

/* The time of the answer: by then the event is on the disk and on its way to the rules. */
static int64_t emit(int socket) {
  static const char request[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"event.emit\",\"params\":{\"type\":\"go\"}}\n";
  char answer[4096];
  size_t length = 0;
  if (write(socket, request, sizeof request - 1) != sizeof request - 1) fail("event.emit");
  do {
    ssize_t n = read(socket, answer + length, sizeof answer - 1 - length);
    if (n <= 0) fail("the answer to event.emit");
    length += n;
  } while (answer[length - 1] != '\n');
  int64_t at = now();
  answer[length] = 0;
  if (strstr(answer, "\"error\"")) {
    fputs(answer, stderr);
    exit(1);
  }
  return at;
}

static void spawn(const char *self, const char *file) {
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
  char *arguments[] = {(char *)self, "stamp", (char *)file, NULL};
  pid_t pid;
  int status;
  if (posix_spawn(&pid, self, NULL, &attributes, arguments, environ) != 0) fail("posix_spawn");
  waitpid(pid, &status, 0);
}

static int64_t last_stamp(const char *file) {
  int64_t value;
  int in = open(file, O_RDONLY);
  if (in < 0 || pread(in, &value, sizeof value, size_of(file) - (off_t)sizeof value) != sizeof value) fail(file);
  close(in);
  return value;
}

static int by_value(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static double ms(const int64_t *sorted, int count, double part) { return sorted[(int)((count - 1) * part)] / 1e6; }

static void latency(const char *self, const char *socket_path, const char *ours, int count) {
  char theirs[4096];
  snprintf(theirs, sizeof theirs, "%s.spawn", ours);
  int64_t *daemon = calloc(count, sizeof *daemon), *bare = calloc(count, sizeof *bare);
  int socket = connect_to(socket_path);
  struct timespec quiet = {0, 2000000};
  const int warm = 20;
  for (int i = -warm; i < count; i++) {
    off_t before = size_of(ours);
    int64_t delivered = emit(socket);
    wait_for(ours, before + 8);
    /* The daemon notes the action's end before the next round begins. */
    nanosleep(&quiet, NULL);
    int64_t begun = now();
    spawn(self, theirs);
    if (i < 0) continue;
    daemon[i] = last_stamp(ours) - delivered;
    bare[i] = last_stamp(theirs) - begun;
  }
  qsort(daemon, count, sizeof *daemon, by_value);
  qsort(bare, count, sizeof *bare, by_value);
  printf("delivered to first instruction   median %.2f ms, p95 %.2f ms (%d runs)\n", ms(daemon, count, .5), ms(daemon, count, .95), count);
  printf("posix_spawn to first instruction median %.2f ms, p95 %.2f ms\n", ms(bare, count, .5), ms(bare, count, .95));
  printf("ratio of the medians             %.2f\n", ms(daemon, count, .5) / ms(bare, count, .5));
}

static void burst(const char *socket_path, const char *file, int count) {
  off_t before = size_of(file);
  int socket = connect_to(socket_path);
  int64_t begun = now();
  for (int i = 0; i < count; i++) emit(socket);
  int64_t accepted = now();
  wait_for(file, before + 8 * (off_t)count);
  double seconds = (now() - begun) / 1e9;
  printf("%d short actions                %.0f a second (%.2f s, of which accepting took %.2f s)\n", count, count / seconds, seconds, (accepted - begun) / 1e9);
}

int main(int count, char **arguments) {
  if (count == 3 && strcmp(arguments[1], "stamp") == 0) return stamp(arguments[2]);
  if (count == 5 && strcmp(arguments[1], "latency") == 0) return latency(arguments[0], arguments[2], arguments[3], atoi(arguments[4])), 0;
  if (count == 5 && strcmp(arguments[1], "burst") == 0) return burst(arguments[2], arguments[3], atoi(arguments[4])), 0;
  fprintf(stderr, "usage: %s stamp FILE | latency SOCKET FILE COUNT | burst SOCKET FILE COUNT\n", arguments[0]);
  return 2;
}
