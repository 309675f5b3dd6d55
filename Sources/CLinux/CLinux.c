#define _GNU_SOURCE
#include "CLinux.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <link.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <pwd.h>
#include <signal.h>
#include <stdatomic.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int portico_accept(int fd, struct sockaddr_storage *address) {
    socklen_t length = sizeof *address;
    return accept4(fd, (struct sockaddr *)address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int portico_bind(int fd, const struct sockaddr *address, socklen_t length) {
    return bind(fd, address, length);
}

int portico_connect(int fd, const struct sockaddr *address, socklen_t length) {
    return connect(fd, address, length);
}

int portico_getsockname(int fd, struct sockaddr_storage *address) {
    socklen_t length = sizeof *address;
    return getsockname(fd, (struct sockaddr *)address, &length);
}

int portico_set_thread_name(const char *name) {
    return prctl(PR_SET_NAME, name, 0, 0, 0);
}

static int forget(struct dl_phdr_info *object, size_t size, void *context) {
    (void)size, (void)context;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int index = 0; index < object->dlpi_phnum; index++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[index];
        // What may be written to may differ from the file.
        if (part->p_type != PT_LOAD || part->p_flags & PF_W) continue;
        uintptr_t start = (object->dlpi_addr + part->p_vaddr) & ~(page - 1);
        uintptr_t end = object->dlpi_addr + part->p_vaddr + part->p_memsz;
        madvise((void *)start, end - start, MADV_DONTNEED);
    }
    return 0;
}

void portico_forget_code(void) {
    dl_iterate_phdr(forget, NULL);
}

uint64_t portico_raise_file_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
    if (limit.rlim_cur < limit.rlim_max) {
        struct rlimit raised = {limit.rlim_max, limit.rlim_max};
        if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
    }
    return limit.rlim_cur;
}

static char **texts(const char *block, int count) {
    char **list = calloc((size_t)count + 1, sizeof *list);
    for (int index = 0; list && index < count; index++) {
        list[index] = (char *)block;
        block += strlen(block) + 1;
    }
    return list;
}

int portico_spawn(const char *arguments, int argument_count, const char *environment, int environment_count, int output,
                  int errors, int is_without_input, int is_leader) {
    char **words = texts(arguments, argument_count), **variables = texts(environment, environment_count);
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t files;
    sigset_t all, none;
    pid_t pid = 0;
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_init(&files);
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setpgroup(&attributes, 0);
    short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | (is_leader ? POSIX_SPAWN_SETPGROUP : 0);
    posix_spawnattr_setflags(&attributes, flags);
    if (is_without_input) posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    if (output >= 0) posix_spawn_file_actions_adddup2(&files, output, 1);
    if (errors >= 0) posix_spawn_file_actions_adddup2(&files, errors, 2);
    // Libraries open sockets that are not closed at exec; a daemon that a command starts would hold them for ever.
    posix_spawn_file_actions_addclosefrom_np(&files, 3);
    int error = words && variables ? posix_spawnp(&pid, words[0], &files, &attributes, words, variables) : ENOMEM;
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    free(words);
    free(variables);
    return error ? -error : pid;
}

int portico_relay_pipe(int *read_end, int *write_end, int size) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
    // Refused beyond the user's share of pipe pages: then it stays as small as it is.
    fcntl(ends[1], F_SETPIPE_SZ, size);
    *read_end = ends[0];
    *write_end = ends[1];
    return 0;
}

long portico_splice(int from, int to, unsigned long count) {
    return splice(from, NULL, to, NULL, count, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
}

int portico_pipe(int *read_end, int *write_end) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    *read_end = ends[0];
    *write_end = ends[1];
    return 0;
}

void portico_syslog(const char *name, int priority, const char *line) {
    static char kept[64];
    if (strncmp(kept, name, sizeof kept - 1) != 0) {
        strncpy(kept, name, sizeof kept - 1);
        openlog(kept, LOG_PID, LOG_USER);
    }
    syslog(priority, "%s", line);
}

int portico_read_file_facts(const char *path, struct portico_file_facts *facts) {
    struct stat status;
    if (stat(path, &status) != 0) return -1;
    facts->mode = status.st_mode & 07777;
    facts->user = status.st_uid;
    facts->group = status.st_gid;
    facts->is_regular = S_ISREG(status.st_mode);
    return 0;
}

int portico_connect_local(int fd, const uint8_t *name, int length, int is_abstract) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t offset = is_abstract ? 1 : 0;
    if (length < 0 || (size_t)length + offset >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path + offset, name, (size_t)length);
    // HAProxy fills an abstract name with zeros to the structure's end, which counts.
    return connect(fd, (struct sockaddr *)&address, sizeof address);
}

int portico_connect_network(int fd, const uint8_t *address, int length, uint16_t port) {
    if (length == 4) {
        struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
        memcpy(&four.sin_addr, address, 4);
        return connect(fd, (struct sockaddr *)&four, sizeof four);
    }
    if (length == 16) {
        struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
        memcpy(&six.sin6_addr, address, 16);
        return connect(fd, (struct sockaddr *)&six, sizeof six);
    }
    errno = EINVAL;
    return -1;
}

static int packet_socket(const char *path, struct sockaddr_un *address) {
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    if (strlen(path) >= sizeof address->sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address->sun_path, path);
    return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
}

static int closing(int fd) {
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

static int impatient(int fd) {
    struct timeval patience = {.tv_sec = 5};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return fd;
}

int portico_listen_packets(const char *path) {
    struct sockaddr_un address;
    int fd = packet_socket(path, &address);
    if (fd < 0) return -1;
    unlink(path);
    // Nobody can connect before listen(2), by when it is the owner's alone.
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || chmod(path, 0600) != 0 || listen(fd, 8) != 0)
        return closing(fd);
    return fd;
}

int portico_connect_packets(const char *path) {
    struct sockaddr_un address;
    int fd = packet_socket(path, &address);
    if (fd < 0) return -1;
    return connect(fd, (struct sockaddr *)&address, sizeof address) == 0 ? impatient(fd) : closing(fd);
}

int portico_accept_packets(int fd) {
    int connection = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
    return connection < 0 ? -1 : impatient(connection);
}

union control {
    struct cmsghdr header;
    char room[CMSG_SPACE(PORTICO_DESCRIPTORS_MAX * sizeof(int))];
};

int portico_send_packet(int fd, const uint8_t *octets, int count, const int *descriptors, int descriptor_count) {
    union control control = {0};
    struct iovec piece = {(void *)octets, (size_t)count};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    if (descriptor_count > PORTICO_DESCRIPTORS_MAX) {
        errno = EMSGSIZE;
        return -1;
    }
    if (descriptor_count > 0) {
        size_t size = (size_t)descriptor_count * sizeof(int);
        message.msg_control = control.room;
        message.msg_controllen = CMSG_SPACE(size);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(size);
        memcpy(CMSG_DATA(header), descriptors, size);
    }
    ssize_t sent;
    do sent = sendmsg(fd, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == count ? 0 : -1;
}

int portico_receive_packet(int fd, uint8_t *octets, int room, int *descriptors, int *descriptor_count) {
    union control control = {0};
    struct iovec piece = {octets, (size_t)room};
    struct msghdr message = {
        .msg_iov = &piece, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room};
    *descriptor_count = 0;
    ssize_t count;
    do count = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
    while (count < 0 && errno == EINTR);
    if (count < 0) return -1;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        int number = (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
        for (int index = 0; index < number && *descriptor_count < PORTICO_DESCRIPTORS_MAX; index++)
            memcpy(&descriptors[(*descriptor_count)++], CMSG_DATA(header) + (size_t)index * sizeof(int), sizeof(int));
    }
    if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
        for (int index = 0; index < *descriptor_count; index++) close(descriptors[index]);
        *descriptor_count = 0;
        errno = EMSGSIZE;
        return -1;
    }
    return (int)count;
}

int portico_peer(int fd, uint32_t *user, int *process) {
    struct ucred peer;
    socklen_t length = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return -1;
    *user = peer.uid;
    *process = peer.pid;
    return 0;
}

int portico_refuse_handshakes(int fd) {
    // The flags are octet 13 of a TCP header: SYN without ACK begins a handshake. Who sends it tries again a second later.
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0x12),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x02, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0),
        BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
    };
    struct sock_fprog program = {sizeof code / sizeof *code, code};
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

int portico_identify_file(const char *path, struct portico_file_identity *identity) {
    struct stat status;
    if (stat(path, &status) != 0) return -1;
    identity->device = status.st_dev;
    identity->inode = status.st_ino;
    return 0;
}

static int number(const char *text, uint32_t *value) {
    char *end;
    unsigned long parsed = strtoul(text, &end, 10);
    if (!*text || *end || *text == '-' || *text == '+' || parsed >= UINT32_MAX) return 0;
    *value = (uint32_t)parsed;
    return 1;
}

int portico_find_user(const char *name, const char *group, uint32_t *user, uint32_t *group_number) {
    struct passwd *entry = getpwnam(name);
    if (!entry && number(name, user)) entry = getpwuid(*user);
    if (entry) {
        *user = entry->pw_uid;
        *group_number = entry->pw_gid;
    } else if (!number(name, user) || !*group) {
        // A number that has no entry has no group of its own either.
        return -1;
    }
    if (!*group) return 0;
    struct group *found = getgrnam(group);
    if (found) *group_number = found->gr_gid;
    return found || number(group, group_number) ? 0 : -2;
}

int portico_give(const char *path, uint32_t user, uint32_t group, int is_directory) {
    struct stat status;
    if (!is_directory) {
        int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640);
        if (fd < 0) return -1;
        int result = fstat(fd, &status) != 0 || (S_ISREG(status.st_mode) && status.st_uid == 0 && fchown(fd, user, group) != 0)
                         ? -1 : 0;
        return result == 0 ? close(fd) : closing(fd);
    }
    if (mkdir(path, 0700) != 0 && errno != EEXIST) return -1;
    DIR *folder = opendir(path);
    if (!folder) return -1;
    int fd = dirfd(folder);
    // What lies in another's folder may be a link to what is none of theirs.
    if (fstat(fd, &status) == 0 && status.st_uid == 0) {
        for (struct dirent *entry; (entry = readdir(folder));) {
            struct stat file;
            if (fstatat(fd, entry->d_name, &file, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(file.st_mode) && file.st_uid == 0)
                if (fchownat(fd, entry->d_name, user, group, AT_SYMLINK_NOFOLLOW) != 0) break;
        }
        if (fchown(fd, user, group) != 0) {
            int error = errno;
            closedir(folder);
            errno = error;
            return -1;
        }
    }
    return closedir(folder);
}

int portico_become(const char *name, uint32_t user, uint32_t group, int keeps_ports) {
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {0};
    uint32_t kept = keeps_ports ? 1u << CAP_NET_BIND_SERVICE : 0;
    data[0].effective = data[0].permitted = data[0].inheritable = kept;
    if ((getpwnam(name) ? initgroups(name, group) : setgroups(1, &group)) != 0) return -1;
    if (setresgid(group, group, group) != 0) return -1;
    if (keeps_ports && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0) return -1;
    if (setresuid(user, user, user) != 0) return -1;
    if (syscall(SYS_capset, &header, data) != 0) return -1;
    if (keeps_ports && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_BIND_SERVICE, 0, 0) != 0) return -1;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
    if (user != 0 && setuid(0) == 0) {
        errno = EPERM;
        return -1;
    }
    return 0;
}

int portico_become_program(const char *arguments, int argument_count, const char *environment, int environment_count) {
    char **words = texts(arguments, argument_count), **variables = texts(environment, environment_count);
    if (words && variables) execve("/proc/self/exe", words, variables);
    int error = words && variables ? errno : ENOMEM;
    free(words);
    free(variables);
    return error;
}

int portico_send_datagram(const char *path, const uint8_t *octets, long count, int waits) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    if (length >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, path, length);
    // An abstract socket's name begins with NUL, and ends where the address does.
    if (*path == '@') address.sun_path[0] = 0;
    // One for all: it is connected to nobody, so whoever is there anew is reached, too.
    static _Atomic int shared = -1;
    int fd = shared;
    if (fd < 0) {
        fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (fd < 0) return -1;
        int none = -1;
        if (!atomic_compare_exchange_strong(&shared, &none, fd)) {
            close(fd);
            fd = none;
        }
    }
    int flags = MSG_NOSIGNAL | (waits ? 0 : MSG_DONTWAIT);
    socklen_t whole = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    long sent = sendto(fd, octets, (size_t)count, flags, (struct sockaddr *)&address, whole);
    return sent < 0 ? -1 : 0;
}
