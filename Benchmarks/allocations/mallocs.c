// Counts the allocations of a program's worker threads, live, in eight octets of a file that a test maps.
//
//   cc -O2 -shared -fPIC -o mallocs.so mallocs.c
//   MALLOC_COUNT_FILE=/tmp/count LD_PRELOAD=./mallocs.so portico edge ...
//
// Only threads whose name begins with "worker-" count: what the control plane allocates is its own affair.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static _Atomic uint64_t *count;
static __thread int is_worker;

__attribute__((constructor)) static void start(void) {
    const char *path = getenv("MALLOC_COUNT_FILE");
    if (!path) return;
    int fd = open(path, O_RDWR | O_CREAT, 0600);
    if (fd < 0 || ftruncate(fd, 8) != 0) return;
    void *memory = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory != MAP_FAILED) count = memory;
    close(fd);
}

static void note(void) {
    if (!count) return;
    if (!is_worker) {
        char name[16] = {0};
        prctl(PR_GET_NAME, name, 0, 0, 0);
        if (strncmp(name, "worker-", 7) != 0) return;
        is_worker = 1;
    }
    (*count)++;
}

void *malloc(size_t size) { note(); return __libc_malloc(size); }
void *calloc(size_t n, size_t size) { note(); return __libc_calloc(n, size); }
void *realloc(void *p, size_t size) { note(); return __libc_realloc(p, size); }
void *memalign(size_t alignment, size_t size) { note(); return __libc_memalign(alignment, size); }
void *aligned_alloc(size_t alignment, size_t size) { note(); return __libc_memalign(alignment, size); }
int posix_memalign(void **out, size_t alignment, size_t size) {
    note();
    *out = __libc_memalign(alignment, size);
    return *out ? 0 : 12;
}
