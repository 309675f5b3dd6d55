#pragma once
// Linux system calls and constants that the Swift importer cannot reach through Glibc alone.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/// accept4 without the transparent union that `_GNU_SOURCE` gives its address parameter.
int portico_accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);
/// Rewritten arguments kept by the kernel: the process title shown by ps.
int portico_set_thread_name(const char *name);
