// The endpoint that every measured proxy forwards to: one epoll loop, keep-alive, fixed answers, as little work as
// possible, so that the proxy and not the endpoint is what a run measures.
//
//   backend PORT...      listens at 127.0.0.1 on every port
//
//   GET /64k...          65,536 octets
//   any other target     128 octets that begin with "port NNNNN", the port that the request came in at
//
// Requests have no body. A request with `Connection: close` is answered and the connection closed.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { small_body = 128, large_body = 64 << 10, head_limit = 8 << 10, batch = 256 };

struct answer {
    size_t length;
    char *bytes;
};

struct connection {
    const struct answer *sending; // the answer under way, NULL for none
    size_t sent;
    size_t held;                  // octets of an unfinished request head
    int closing;
    struct answer *small;         // this port's
    char head[head_limit];
};

static struct answer large;
static struct connection **connections;
static struct answer **listeners; // by descriptor: non-NULL for a listening socket
static size_t descriptors;

static void make_answer(struct answer *answer, size_t body, unsigned port) {
    answer->bytes = malloc(body + 256);
    if (!answer->bytes) exit(1);
    int head = sprintf(
        answer->bytes,
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Backend: %u\r\nContent-Length: %zu\r\n\r\n", port, body);
    memset(answer->bytes + head, 'x', body);
    int label = sprintf(answer->bytes + head, "port %u ", port);
    answer->bytes[head + label] = 'x';
    answer->bytes[head + body - 1] = '\n';
    answer->length = head + body;
}

static void end(int fd) {
    close(fd);
    free(connections[fd]);
    connections[fd] = NULL;
}

// Sends what is left of the answer under way. Returns 0 when the connection is gone or waits for room.
static int push(int fd, struct connection *c) {
    while (c->sent < c->sending->length) {
        ssize_t n = send(fd, c->sending->bytes + c->sent, c->sending->length - c->sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EAGAIN) return 0;
        if (n <= 0) return end(fd), 0;
        c->sent += n;
    }
    c->sending = NULL;
    if (c->closing) return end(fd), 0;
    return 1;
}

// Answers every whole request that is held.
static int serve(int fd, struct connection *c) {
    while (!c->sending) {
        char *stop = memmem(c->head, c->held, "\r\n\r\n", 4);
        if (!stop) return c->held < head_limit ? 1 : (end(fd), 0);
        size_t length = stop + 4 - c->head;
        c->closing = memmem(c->head, length, "onnection: close", 16) != NULL;
        c->sending = length > 9 && !memcmp(c->head, "GET /64k", 8) ? &large : c->small;
        c->sent = 0;
        memmove(c->head, c->head + length, c->held - length);
        c->held -= length;
        if (!push(fd, c)) return 0;
    }
    return 0;
}

static void on_event(int fd, unsigned events) {
    struct connection *c = connections[fd];
    if (!c) return;
    if (events & (EPOLLERR | EPOLLHUP)) return end(fd);
    if (c->sending && !push(fd, c)) return;
    if (c->held && !serve(fd, c)) {
        if (connections[fd] != c || c->sending) return;
    }
    for (;;) {
        ssize_t n = recv(fd, c->head + c->held, head_limit - c->held, 0);
        if (n < 0 && errno == EAGAIN) return;
        if (n <= 0) return end(fd);
        int drained = (size_t)n < head_limit - c->held && !(events & EPOLLRDHUP);
        c->held += n;
        serve(fd, c);
        if (connections[fd] != c || c->sending || drained) return;
    }
}

static void on_accept(int loop, int listener) {
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) return;
        if ((size_t)fd >= descriptors) {
            close(fd);
            continue;
        }
        struct connection *c = calloc(1, sizeof *c);
        if (!c) exit(1);
        c->small = listeners[listener];
        connections[fd] = c;
        struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.fd = fd};
        epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event);
    }
}

static void listen_at(int loop, unsigned port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&at, sizeof at) || listen(fd, 4096)) {
        fprintf(stderr, "backend: 127.0.0.1:%u: %s\n", port, strerror(errno));
        exit(1);
    }
    struct answer *answer = malloc(sizeof *answer);
    if (!answer) exit(1);
    make_answer(answer, small_body, port);
    listeners[fd] = answer;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event);
}

int main(int argc, char **argv) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    descriptors = limit.rlim_cur > (1 << 20) ? (1 << 20) : limit.rlim_cur;
    connections = calloc(descriptors, sizeof *connections);
    listeners = calloc(descriptors, sizeof *listeners);
    if (!connections || !listeners) return 1;
    make_answer(&large, large_body, 0);
    int loop = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 1; i < argc; i++) listen_at(loop, strtoul(argv[i], NULL, 10));
    struct epoll_event events[batch];
    for (;;) {
        int count = epoll_wait(loop, events, batch, -1);
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (listeners[fd]) on_accept(loop, fd);
            else on_event(fd, events[i].events);
        }
    }
}
