/* Stop or fail a command at its Nth file-changing call below $FI_ROOT (LD_PRELOAD; Linux).
   One counter in the file $FI_CTR serves all processes of the command. $FI_N=0 only counts.
   $FI_DO: kill (the whole group, before the call), after (behind it), int (Ctrl-C), or the number of an errno.
   $FI_STICKY: every later call fails as well, as on a full disk. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { FAIL = 1, DIE_AFTER = 2 };

static long *calls;
static long wanted;
static const char *root, *deed;

static void __attribute__((constructor)) start(void)
{
    const char *counter = getenv("FI_CTR"), *number = getenv("FI_N");
    root = getenv("FI_ROOT");
    deed = getenv("FI_DO") ? getenv("FI_DO") : "kill";
    wanted = number ? atol(number) : 0;
    int file = counter && root ? open(counter, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0)
        return;
    void *shared = mmap(0, sizeof(long), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    calls = shared == MAP_FAILED ? 0 : shared;
    close(file);
}

static int below(int folder, const char *path)
{
    char whole[PATH_MAX * 2] = "", link[64];
    if (!calls)
        return 0;
    if (path && path[0] == '/') {
        snprintf(whole, sizeof whole, "%s", path);
    } else {
        if (folder == AT_FDCWD)
            snprintf(link, sizeof link, "/proc/self/cwd");
        else
            snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        ssize_t length = readlink(link, whole, PATH_MAX - 1);
        if (length < 0)
            return 0;
        whole[length] = 0;
        if (path)
            strncat(strcat(whole, "/"), path, PATH_MAX - 2);
    }
    return strncmp(whole, root, strlen(root)) == 0;
}

static void die(void)
{
    kill(0, SIGKILL);
    pause();
}

static int hit(void)
{
    long now = __sync_add_and_fetch(calls, 1);
    if (!wanted || (now != wanted && !(getenv("FI_STICKY") && now > wanted)))
        return 0;
    if (!strcmp(deed, "kill"))
        die();
    if (!strcmp(deed, "after"))
        return DIE_AFTER;
    if (!strcmp(deed, "int")) {
        kill(0, SIGINT);
        return 0;
    }
    errno = atoi(deed);
    return FAIL;
}

#define WRAP(type, name, params, args, where)                  \
    type name params                                           \
    {                                                          \
        static type(*real) params;                             \
        if (!real)                                             \
            real = dlsym(RTLD_NEXT, #name);                    \
        int todo = (where) ? hit() : 0;                        \
        if (todo == FAIL)                                      \
            return -1;                                         \
        type result = real args;                               \
        if (todo == DIE_AFTER)                                 \
            die();                                             \
        return result;                                         \
    }

WRAP(int, rename, (const char *a, const char *b), (a, b), below(AT_FDCWD, a) || below(AT_FDCWD, b))
WRAP(int, renameat, (int d, const char *a, int e, const char *b), (d, a, e, b), below(d, a) || below(e, b))
WRAP(int, link, (const char *a, const char *b), (a, b), below(AT_FDCWD, b))
WRAP(int, symlink, (const char *a, const char *b), (a, b), below(AT_FDCWD, b))
WRAP(int, unlink, (const char *a), (a), below(AT_FDCWD, a))
WRAP(int, unlinkat, (int d, const char *a, int f), (d, a, f), below(d, a))
WRAP(int, rmdir, (const char *a), (a), below(AT_FDCWD, a))
WRAP(int, mkdir, (const char *a, mode_t m), (a, m), below(AT_FDCWD, a))
WRAP(int, mkdirat, (int d, const char *a, mode_t m), (d, a, m), below(d, a))
WRAP(int, chmod, (const char *a, mode_t m), (a, m), below(AT_FDCWD, a))
WRAP(int, fchmodat, (int d, const char *a, mode_t m, int f), (d, a, m, f), below(d, a))
WRAP(int, ftruncate, (int f, off_t o), (f, o), below(f, 0))
WRAP(int, fsync, (int f), (f), below(f, 0))
WRAP(ssize_t, write, (int f, const void *b, size_t c), (f, b, c), below(f, 0))
WRAP(ssize_t, pwrite, (int f, const void *b, size_t c, off_t o), (f, b, c, o), below(f, 0))
WRAP(ssize_t, sendfile, (int o, int i, off_t *p, size_t c), (o, i, p, c), below(o, 0))
WRAP(ssize_t, copy_file_range, (int i, off_t *a, int o, off_t *b, size_t c, unsigned f), (i, a, o, b, c, f), below(o, 0))

#define WRITES (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)
#define WRAP_OPEN(name, params, head, folder)                                   \
    int name params                                                             \
    {                                                                           \
        static int (*real) params;                                              \
        mode_t mode = 0;                                                        \
        if (!real)                                                              \
            real = dlsym(RTLD_NEXT, #name);                                     \
        if (flags & (O_CREAT | O_TMPFILE)) {                                    \
            va_list rest;                                                       \
            va_start(rest, flags);                                              \
            mode = va_arg(rest, mode_t);                                        \
            va_end(rest);                                                       \
        }                                                                       \
        int todo = (flags & WRITES) && below(folder, path) ? hit() : 0;         \
        if (todo == FAIL)                                                       \
            return -1;                                                          \
        int result = real head;                                                 \
        if (todo == DIE_AFTER)                                                  \
            die();                                                              \
        return result;                                                          \
    }

WRAP_OPEN(open, (const char *path, int flags, ...), (path, flags, mode), AT_FDCWD)
WRAP_OPEN(open64, (const char *path, int flags, ...), (path, flags, mode), AT_FDCWD)
WRAP_OPEN(openat, (int where, const char *path, int flags, ...), (where, path, flags, mode), where)
WRAP_OPEN(openat64, (int where, const char *path, int flags, ...), (where, path, flags, mode), where)
