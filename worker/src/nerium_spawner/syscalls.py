"""The system call filter of all sandboxes, built with libseccomp: it refuses all calls that are not listed here."""

import errno
from pathlib import Path

# The calls that Python, Polars and programs of a script need, by subject. Names that another architecture or an older
# libseccomp does not know are skipped.
ALLOWED = tuple(
    """
    access faccessat faccessat2 chdir fchdir getcwd chmod fchmod fchmodat fchmodat2 chown fchown fchownat lchown umask
    creat open openat openat2 close close_range dup dup2 dup3 fcntl flock lseek truncate ftruncate fallocate fadvise64
    stat fstat lstat newfstatat statx statfs fstatfs getdents getdents64 readlink readlinkat rename renameat renameat2
    link linkat symlink symlinkat unlink unlinkat mkdir mkdirat rmdir utime utimes futimesat utimensat
    getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr setxattr lsetxattr fsetxattr
    removexattr lremovexattr fremovexattr

    read readv pread64 preadv preadv2 write writev pwrite64 pwritev pwritev2 readahead sendfile copy_file_range
    fsync fdatasync sync_file_range pipe pipe2 eventfd eventfd2 memfd_create
    poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2
    inotify_init inotify_init1 inotify_add_watch inotify_rm_watch signalfd signalfd4
    timerfd_create timerfd_settime timerfd_gettime

    brk mmap munmap mremap mprotect madvise mincore msync mlock mlock2 munlock mlockall munlockall membarrier
    map_shadow_stack

    execve execveat exit exit_group fork vfork wait4 waitid pidfd_open pidfd_send_signal
    getpid getppid gettid getpgid getpgrp setpgid getsid setsid getuid geteuid getgid getegid getresuid getresgid
    getgroups capget kill tkill tgkill pause getpriority setpriority getrlimit setrlimit prlimit64 getrusage times
    sched_yield sched_getaffinity sched_setaffinity sched_getparam sched_getscheduler sched_getattr
    sched_get_priority_max sched_get_priority_min sched_rr_get_interval getcpu
    arch_prctl set_tid_address set_robust_list get_robust_list rseq set_thread_area get_thread_area
    futex futex_waitv futex_wake futex_wait futex_requeue restart_syscall
    rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait rt_sigqueueinfo
    rt_tgsigqueueinfo sigaltstack

    alarm getitimer setitimer nanosleep clock_nanosleep clock_gettime clock_getres gettimeofday time
    timer_create timer_settime timer_gettime timer_getoverrun timer_delete
    uname sysinfo getrandom

    bind listen accept accept4 connect getsockname getpeername getsockopt setsockopt shutdown
    sendto sendmsg sendmmsg recvfrom recvmsg recvmmsg
""".split()  # noqa: SIM905, by subject, a list would be one call a line
)

# Its flags lie in memory, where no filter sees them; glibc takes ENOSYS for an older kernel and uses clone.
ABSENT = ("clone3",)

# CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID and CLONE_NEWNET.
NEW_NAMESPACES = 0x7E020000
AF_UNIX = 1
S_IFMT = 0o170000
S_IFIFO = 0o010000
# TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX: requests for a pipe or a file. Compared as a whole, because
# the kernel drops the upper half of the number, so another number could stand for TIOCSTI.
FILE_QUESTIONS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
# PR_SET_PDEATHSIG, PR_GET_PDEATHSIG, PR_GET_DUMPABLE, PR_SET_DUMPABLE, PR_SET_NAME, PR_GET_NAME, PR_GET_SECCOMP,
# PR_CAPBSET_READ, PR_SET_TIMERSLACK, PR_GET_TIMERSLACK, PR_SET_CHILD_SUBREAPER, PR_GET_CHILD_SUBREAPER,
# PR_SET_NO_NEW_PRIVS, PR_GET_NO_NEW_PRIVS, PR_SET_THP_DISABLE, PR_GET_THP_DISABLE, PR_SET_VMA.
PROCESS_SETTINGS = (1, 2, 3, 4, 15, 16, 21, 23, 29, 30, 36, 37, 38, 39, 41, 42, 0x53564D41)
# Calls of kernels later than libseccomp: answered as by an older kernel, so that glibc goes another way.
NUMBERS_OF_CALLS_TO_COME = 64


def write(file: Path) -> None:
    """Write the filter as a BPF program, in one step, so that no sandbox starts with half of it."""
    import pyseccomp as libseccomp  # noqa: PLC0415, imported where libseccomp may be missing

    equal, native = libseccomp.EQ, libseccomp.Arch.NATIVE
    rules = libseccomp.SyscallFilter(libseccomp.ERRNO(errno.EPERM))

    def allow(name: str, *conditions: libseccomp.Arg) -> None:
        if libseccomp.resolve_syscall(native, name) >= 0:
            rules.add_rule(libseccomp.ALLOW, name, *conditions)

    for name in ALLOWED:
        allow(name)
    allow("clone", libseccomp.Arg(0, libseccomp.MASKED_EQ, NEW_NAMESPACES, 0))
    for name in ("socket", "socketpair"):
        allow(name, libseccomp.Arg(0, equal, AF_UNIX))
    for name, mode in (("mknod", 1), ("mknodat", 2)):
        allow(name, libseccomp.Arg(mode, libseccomp.MASKED_EQ, S_IFMT, S_IFIFO))
    for question in FILE_QUESTIONS:
        allow("ioctl", libseccomp.Arg(1, equal, question))
    for setting in PROCESS_SETTINGS:
        allow("prctl", libseccomp.Arg(0, equal, setting))

    absent = [libseccomp.resolve_syscall(native, name) for name in ABSENT]
    for number in [number for number in absent if number >= 0] + calls_to_come():
        rules.add_rule(libseccomp.ERRNO(errno.ENOSYS), number)

    fresh = file.with_suffix(".new")
    with fresh.open("wb") as out:
        rules.export_bpf(out)
    fresh.replace(file)


def calls_to_come() -> list[int]:
    """Return the numbers after the last call that libseccomp knows."""
    import pyseccomp as libseccomp  # noqa: PLC0415

    def known(number: int) -> bool:
        try:
            libseccomp.resolve_syscall(libseccomp.Arch.NATIVE, number)
        except ValueError:
            return False
        return True

    last = max(number for number in range(1024) if known(number))
    return list(range(last + 1, last + 1 + NUMBERS_OF_CALLS_TO_COME))
