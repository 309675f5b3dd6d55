// New TLS connections to the measured proxy, over and over, or held open: what wrk cannot be trusted with, because it
// does not tell whether a handshake was full or resumed a session.
//
//   handshake full PORT HOST AT-ONCE SECONDS [1.2]      a full handshake for each request
//   handshake resumed PORT HOST AT-ONCE SECONDS [1.2]   each resumes the session of the connection before it
//   handshake probe PORT HOST 1 SECONDS [1.2]           one request, full, within SECONDS
//   handshake idle PORT HOST AT-ONCE COUNT              COUNT connections of one request each, which then stay
//
// A connection to 127.0.0.1:PORT asks for HOST by SNI, offers http/1.1 by ALPN, sends one GET / and reads the answer:
// with `Connection: close` up to the server's close_notify, which it returns. One thread keeps AT-ONCE of them going.
// With `resumed` each of these has a ticket of its own, the newest that a connection brought; only its first handshake
// is full. Certificates are not checked against an authority; their signatures are, as in every handshake. With 1.2,
// TLS 1.2 is the highest version offered.
//
// Prints one line of JSON. `idle` prints it when the connections are there, waits for the end of its standard input,
// and prints how many the proxy closed meanwhile. Exit status 1: the proxy takes no connections, or none was answered.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { answer_limit = 4 << 10, request_limit = 512, batch = 256, latencies_limit = 1 << 22 };

enum mode { full, resumed, probe, idle };

struct slot {
    int fd;              // -1 for none
    SSL *ssl;
    SSL_SESSION *ticket; // for the next connection, NULL for none
    double began;        // seconds
    int asked, answered, was_resumed;
    size_t held; // octets of the answer
    char answer[answer_limit + 1];
};

static enum mode mode;
static SSL_CTX *context;
static struct sockaddr_in server = {.sin_family = AF_INET};
static const char *host;
static char request[request_limit];
static int request_length, loop;

// Errors are connections without a whole 200; unclean ones brought it, but ended without close_notify.
static long requests, errors, unclean, resumptions, tickets;
static float *latencies;            // microseconds from connect to the whole answer
static int *held, held_count, wanted; // of idle connections
static char parameters[256];        // of the last handshake

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *what, const char *why) {
    fprintf(stderr, "handshake: %s: %s\n", what, why);
    exit(1);
}

static int on_ticket(SSL *ssl, SSL_SESSION *session) {
    struct slot *s = SSL_get_app_data(ssl);
    tickets++;
    if (mode != resumed) return 0;
    SSL_SESSION_free(s->ticket);
    s->ticket = session;
    return 1;
}

static void note_parameters(SSL *ssl) {
    EVP_PKEY *key = SSL_get0_peer_certificate(ssl) ? X509_get0_pubkey(SSL_get0_peer_certificate(ssl)) : NULL;
    int group = SSL_get_negotiated_group(ssl);
    const char *name = group && group != NID_undef ? SSL_group_to_name(ssl, group) : "none";
    snprintf(
        parameters, sizeof parameters,
        "\"version\": \"%s\", \"cipher\": \"%s\", \"group\": \"%s\", \"key\": \"%s-%d\"", SSL_get_version(ssl),
        SSL_get_cipher(ssl), name ? name : "unknown", key ? EVP_PKEY_get0_type_name(key) : "none",
        key ? EVP_PKEY_get_bits(key) : 0);
}

static void open_connection(struct slot *s) {
    int on = 1;
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s->fd < 0) fail("socket", strerror(errno));
    setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    s->began = now();
    if (connect(s->fd, (struct sockaddr *)&server, sizeof server) && errno != EINPROGRESS)
        fail("connect", strerror(errno));
    s->ssl = SSL_new(context);
    if (!s->ssl || !SSL_set_fd(s->ssl, s->fd) || !SSL_set_tlsext_host_name(s->ssl, host)) fail("SSL_new", "no memory");
    SSL_set_app_data(s->ssl, s);
    SSL_set_connect_state(s->ssl);
    if (s->ticket) SSL_set_session(s->ssl, s->ticket);
    s->asked = s->answered = s->was_resumed = 0;
    s->held = 0;
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = s};
    epoll_ctl(loop, EPOLL_CTL_ADD, s->fd, &event);
}

// Whether a whole 200 is held: a head with Content-Length, and as many octets.
static int is_answered(struct slot *s) {
    s->answer[s->held] = 0;
    char *body = strstr(s->answer, "\r\n\r\n"), *length = strcasestr(s->answer, "\r\ncontent-length:");
    if (!body || !length || length > body || strncmp(s->answer, "HTTP/1.1 200", 12)) return 0;
    return s->held >= (size_t)(body + 4 - s->answer) + strtoul(length + 17, NULL, 10);
}

static void count_answer(struct slot *s) {
    if (requests < latencies_limit) latencies[requests] = (now() - s->began) * 1e6;
    requests++;
    resumptions += s->was_resumed;
    note_parameters(s->ssl);
}

static void close_connection(struct slot *s, int clean) {
    if (!s->answered) errors++;
    else if (!clean) unclean++;
    // An unclean end would make the session unfit for resumption, and what is measured is the server's part of it.
    if (clean) SSL_shutdown(s->ssl);
    else SSL_set_shutdown(s->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(s->ssl);
    close(s->fd);
    s->fd = -1;
}

// Leaves the connection open and silent. Our side of the session is freed without a word: 10,000 would take much room.
static void hold_connection(struct slot *s) {
    epoll_ctl(loop, EPOLL_CTL_DEL, s->fd, NULL);
    held[held_count++] = s->fd;
    SSL_free(s->ssl);
    s->fd = -1;
}

// Goes on with the handshake, the request, the answer, as far as the socket allows.
static void advance(struct slot *s) {
    ERR_clear_error();
    if (!s->asked) {
        int done = SSL_do_handshake(s->ssl);
        if (done != 1) {
            int why = SSL_get_error(s->ssl, done);
            if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) close_connection(s, 0);
            return;
        }
        s->was_resumed = SSL_session_reused(s->ssl);
        s->asked = 1;
        if (SSL_write(s->ssl, request, request_length) != request_length) return close_connection(s, 0);
    }
    for (;;) {
        int count = SSL_read(s->ssl, s->answer + s->held, answer_limit - s->held);
        if (count <= 0) {
            int why = SSL_get_error(s->ssl, count);
            if (why != SSL_ERROR_WANT_READ) close_connection(s, why == SSL_ERROR_ZERO_RETURN);
            return;
        }
        s->held += count;
        if (!s->answered && is_answered(s)) {
            s->answered = 1;
            count_answer(s);
            if (mode == idle) return hold_connection(s);
        }
        if (s->held == answer_limit) return close_connection(s, 0);
    }
}

static int by_size(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void report(double seconds) {
    long count = requests < latencies_limit ? requests : latencies_limit;
    qsort(latencies, count, sizeof *latencies, by_size);
    printf(
        "{\"requests\": %ld, \"seconds\": %.3f, \"errors\": %ld, \"unclean\": %ld, \"resumed\": %ld, \"tickets\": %ld, "
        "\"p50_us\": %.1f, \"p99_us\": %.1f%s%s}\n",
        requests, seconds, errors, unclean, resumptions, tickets, count ? latencies[count / 2] : 0,
        count ? latencies[count * 99 / 100] : 0, *parameters ? ", " : "", parameters);
    fflush(stdout);
}

// Waits until told, then tells how many of the held connections are closed.
static void stay(void) {
    char octet;
    while (read(STDIN_FILENO, &octet, 1) > 0) continue;
    int closed = 0;
    for (int i = 0; i < held_count; i++) {
        struct pollfd p = {.fd = held[i], .events = POLLRDHUP};
        closed += poll(&p, 1, 0) == 1;
    }
    printf("{\"closed\": %d}\n", closed);
}

static void prepare(int argc, char **argv) {
    static const char *const modes[] = {"full", "resumed", "probe", "idle"};
    static const unsigned char protocols[] = "\x08http/1.1";
    for (mode = full; mode <= idle && (argc < 4 || strcmp(argv[1], modes[mode])); mode++) continue;
    if (mode > idle || argc < 6)
        fail("usage", "full|resumed|probe|idle PORT HOST AT-ONCE SECONDS|COUNT");
    server.sin_port = htons(strtoul(argv[2], NULL, 10));
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    host = argv[3];
    request_length = snprintf(
        request, sizeof request, "GET / HTTP/1.1\r\nHost: %s\r\n%s\r\n", host,
        mode == idle ? "" : "Connection: close\r\n");
    context = SSL_CTX_new(TLS_client_method());
    latencies = malloc(latencies_limit * sizeof *latencies);
    if (!context || !latencies || request_length >= request_limit) fail("start", "no memory");
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_alpn_protos(context, protocols, sizeof protocols - 1);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, on_ticket);
    if (argc > 6 && !strcmp(argv[6], "1.2")) SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    signal(SIGPIPE, SIG_IGN);
    loop = epoll_create1(EPOLL_CLOEXEC);
}

int main(int argc, char **argv) {
    prepare(argc, argv);
    int at_once = atoi(argv[4]);
    double begin = now(), end = begin + (mode == idle ? 60 : atof(argv[5]));
    if (mode == idle) wanted = atoi(argv[5]);
    struct slot *slots = calloc(at_once, sizeof *slots);
    held = calloc(wanted + 1, sizeof *held);
    if (!slots || !held) fail("start", "no memory");
    for (int i = 0; i < at_once; i++) slots[i].fd = -1;
    int opened = 0;
    struct epoll_event events[batch];
    while (now() < end) {
        // After a refusal no more idle connections are tried: what the proxy holds is what is measured.
        for (int i = 0; i < at_once; i++) {
            if (slots[i].fd >= 0 || (mode == idle && (opened == wanted || errors))) continue;
            open_connection(&slots[i]);
            opened++;
        }
        int count = epoll_wait(loop, events, batch, 100);
        for (int i = 0; i < count; i++) advance(events[i].data.ptr);
        if (mode == probe && requests + errors) break;
        if (mode == idle && held_count + errors >= opened && (opened == wanted || errors)) break;
    }
    report(now() - begin);
    if (mode == idle) stay();
    return requests ? 0 : 1;
}
