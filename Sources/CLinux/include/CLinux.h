#pragma once
// Linux system calls that Swift's Glibc module leaves out. `_GNU_SOURCE` stays out of this header: with it the C types
// would differ from Glibc's own.
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

/// accept4, non-blocking and close-on-exec; glibc declares it only under `_GNU_SOURCE`.
int portico_accept(int fd, struct sockaddr_storage *address);
/// bind and connect without the transparent unions of their address parameters.
int portico_bind(int fd, const struct sockaddr *address, socklen_t length);
int portico_connect(int fd, const struct sockaddr *address, socklen_t length);
int portico_getsockname(int fd, struct sockaddr_storage *address);
/// The name of the calling thread, as top and gdb show it.
int portico_set_thread_name(const char *name);
/// Unmaps the pages of code and constants that have been touched so far; those that are still used come back from the page
/// cache as they are touched again.
void portico_forget_code(void);
/// The soft limit of open files raised to the hard one; returns the limit in force.
uint64_t portico_raise_file_limit(void);
/// Starts a program, found along PATH, as the leader of a process group of its own, with every signal at its default.
/// `arguments` and `environment` hold that many texts one behind the other, each with a NUL at its end. `output` and `errors`
/// become its standard output and errors, those of this process where they are negative; its input is this process's, or
/// nothing for `is_without_input`. Returns its number, or the error's as a negative one.
int portico_spawn(const char *arguments, int argument_count, const char *environment, int environment_count, int output,
                  int errors, int is_without_input);
/// A pipe whose both ends are closed in programs that are started; glibc declares pipe2 only under `_GNU_SOURCE`.
int portico_pipe(int *read_end, int *write_end);
/// One line for the system's log, from a program called `name`; syslog(3) has variadic arguments.
void portico_syslog(const char *name, int priority, const char *line);
/// What the system knows of a file. Its own structures are not for Swift: which module they are said to come from depends on
/// what else a file imports.
struct portico_file_facts {
    uint32_t mode;
    uint32_t user;
    uint32_t group;
    int is_regular;
};
/// Fills `facts` for the file at `path`, or for what a link leads to; -1 and errno if that cannot be.
int portico_read_file_facts(const char *path, struct portico_file_facts *facts);
/// Connects to the Unix socket of this name, or abstract name; ENAMETOOLONG where it does not fit.
int portico_connect_local(int fd, const uint8_t *name, int length, int is_abstract);
/// Connects to an IP address of 4 or 16 octets.
int portico_connect_network(int fd, const uint8_t *address, int length, uint16_t port);

/// Opens a SOCK_SEQPACKET Unix socket at `path`: listening there, for its owner alone, or connected to who listens there; or
/// accepts a connection. Sends give up after five seconds. Returns the descriptor, or -1 and errno.
int portico_listen_packets(const char *path);
int portico_connect_packets(const char *path);
int portico_accept_packets(int fd);
/// Sends one packet with up to PORTICO_DESCRIPTORS_MAX descriptors; 0, or -1 and errno.
int portico_send_packet(int fd, const uint8_t *octets, int count, const int *descriptors, int descriptor_count);
/// Receives one packet of at most `room` octets and its descriptors, close-on-exec, of which `descriptors` has room for
/// PORTICO_DESCRIPTORS_MAX. Returns its length, 0 at the end, or -1 and errno (EMSGSIZE: it was larger than that).
int portico_receive_packet(int fd, uint8_t *octets, int room, int *descriptors, int *descriptor_count);
#define PORTICO_DESCRIPTORS_MAX 128
/// The user and the process at the other end of a Unix socket; 0, or -1 and errno.
int portico_peer(int fd, uint32_t *user, int *process);
/// Has a listening TCP socket take no new handshake, while those that are under way go on; 0, or -1 and errno.
int portico_refuse_handshakes(int fd);
/// What tells a file from every other: its device and number.
struct portico_file_identity {
    uint64_t device;
    uint64_t inode;
};
/// Fills `identity` for the file at `path`; -1 and errno if there is none.
int portico_identify_file(const char *path, struct portico_file_identity *identity);
