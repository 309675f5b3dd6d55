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
/// Starts a program, found along PATH, in our process group or as the leader of its own, with every signal at its default.
/// `arguments` and `environment` hold that many texts one behind the other, each with a NUL at its end. `output` and `errors`
/// become its standard output and errors, those of this process where they are negative; its input is this process's, or
/// nothing for `is_without_input`. Returns its number, or the error's as a negative one.
int portico_spawn(const char *arguments, int argument_count, const char *environment, int environment_count, int output,
                  int errors, int is_without_input, int is_leader);
/// A pipe whose both ends are closed in programs that are started; glibc declares pipe2 only under `_GNU_SOURCE`.
int portico_pipe(int *read_end, int *write_end);
/// A pipe for octets on their way from one socket to another: non-blocking, closed in programs that are started, with room
/// for about `size` octets if the system grants it; -1 and errno if there is none.
int portico_relay_pipe(int *read_end, int *write_end, int size);
/// Moves up to `count` octets between a socket and a pipe without copying them, without waiting; splice(2) is declared only
/// under `_GNU_SOURCE`.
long portico_splice(int from, int to, unsigned long count);
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
/// Finds a user, and their group or the one called `group` if that is not empty, by name or number; 0, or -1 when there is no
/// such user and -2 when there is no such group.
int portico_find_user(const char *name, const char *group, uint32_t *user, uint32_t *group_number);
/// Gives the file at `path` to a user, unless it is somebody's other than root's already; with `is_directory` it is made if it
/// is not there, and root's files in it are given too; else it is made empty. 0, or -1 and errno.
int portico_give(const char *path, uint32_t user, uint32_t group, int is_directory);
/// Makes this process another user's for good: groups, user, no capabilities but the one to bind ports below 1024 if
/// `keeps_ports`, and no way to new ones. Of root's threads only the calling one keeps that, so portico_become_program() is to
/// follow. 0, or -1 and errno.
int portico_become(const char *name, uint32_t user, uint32_t group, int keeps_ports);
/// Starts this program anew in place of this process, with blocks as portico_spawn() takes them; returns only with errno.
int portico_become_program(const char *arguments, int argument_count, const char *environment, int environment_count);
/// What tells a file from every other: its device and number.
struct portico_file_identity {
    uint64_t device;
    uint64_t inode;
};
/// Fills `identity` for the file at `path`; -1 and errno if there is none.
int portico_identify_file(const char *path, struct portico_file_identity *identity);
/// Sends a datagram to the Unix socket at `path`, or to the abstract one where that begins with `@`; 0, or -1 and errno.
/// `waits`: until there is room for it.
int portico_send_datagram(const char *path, const uint8_t *octets, long count, int waits);
