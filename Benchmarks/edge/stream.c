// Octets over TCP: the backend and the load of the scenarios `tcp-stream` and `tcp-ping`.
//
//   stream serve PORT                            what comes is sent back; after an `s` as first octet, octets without end
//   stream stream|ping PORT SECONDS CONNECTIONS  takes such a stream, or sends 64 octets and waits for them again and again;
//                                                prints what it counted as JSON
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MESSAGE = 64, PIECE = 256 << 10, EVENTS = 256, MOST = 65536 };

static char piece[PIECE];
static char streams[MOST]; // by descriptor: 0 new, 1 echo, 2 stream

static int die(const char *what) {
    perror(what);
    exit(1);
}

static struct sockaddr_in here(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static void add(int epoll, int fd, unsigned events) {
    struct epoll_event event = {.events = events, .data.fd = fd};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event)) die("epoll_ctl");
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

// One event of a client's connection; 0 when it is over.
static int answer(int epoll, int fd, unsigned events) {
    if (streams[fd] == 2) {
        if (events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP)) return 0;
        for (int round = 0; round < 4; round++) {
            if (send(fd, piece, PIECE, MSG_NOSIGNAL) < 0) return errno == EAGAIN;
        }
        return 1;
    }
    ssize_t count = recv(fd, piece, PIECE, 0);
    if (count <= 0) return count < 0 && errno == EAGAIN;
    if (streams[fd] == 0 && piece[0] == 's') {
        streams[fd] = 2;
        struct epoll_event event = {.events = EPOLLOUT | EPOLLRDHUP, .data.fd = fd};
        return epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event) == 0;
    }
    streams[fd] = 1;
    return send(fd, piece, count, MSG_NOSIGNAL) == count;
}

static void serve(int port) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1, epoll = epoll_create1(0);
    struct sockaddr_in address = here(port);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 1024)) die("listen");
    add(epoll, listener, EPOLLIN);
    for (;;) {
        struct epoll_event events[EVENTS];
        int count = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) {
                int client = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
                if (client < 0 || client >= MOST) continue;
                setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                streams[client] = 0;
                add(epoll, client, EPOLLIN);
            } else if (!answer(epoll, fd, events[i].events)) {
                close(fd);
            }
        }
    }
}

static int load(int is_stream, int port, double seconds, int connections) {
    int epoll = epoll_create1(0), on = 1;
    for (int i = 0; i < connections; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        struct sockaddr_in address = here(port);
        if (connect(fd, (struct sockaddr *)&address, sizeof address)) die("connect");
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (send(fd, is_stream ? "s" : piece, is_stream ? 1 : MESSAGE, 0) <= 0) die("send");
        add(epoll, fd, EPOLLIN);
    }
    double start = now(), end = start + seconds;
    unsigned long long octets = 0, messages = 0, errors = 0;
    while (now() < end) {
        struct epoll_event events[EVENTS];
        int count = epoll_wait(epoll, events, EVENTS, 100);
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            ssize_t got = recv(fd, piece, is_stream ? PIECE : MESSAGE, is_stream ? 0 : MSG_WAITALL);
            if (got <= 0) {
                errors++;
                close(fd);
                continue;
            }
            octets += got;
            if (is_stream) continue;
            messages++;
            if (send(fd, piece, MESSAGE, MSG_NOSIGNAL) != MESSAGE) errors++;
        }
    }
    // A stream's unit is a MiB.
    unsigned long long requests = is_stream ? octets >> 20 : messages;
    printf("{\"requests\": %llu, \"octets\": %llu, \"seconds\": %f, \"errors\": %llu}\n", requests, octets, now() - start,
           errors);
    return 0;
}

int main(int count, char **arguments) {
    signal(SIGPIPE, SIG_IGN);
    if (count == 3 && !strcmp(arguments[1], "serve")) serve(atoi(arguments[2]));
    if (count == 5) {
        memset(piece, 'p', sizeof piece);
        return load(!strcmp(arguments[1], "stream"), atoi(arguments[2]), atof(arguments[3]), atoi(arguments[4]));
    }
    fprintf(stderr, "usage: stream serve PORT | stream|ping PORT SECONDS CONNECTIONS\n");
    return 2;
}
