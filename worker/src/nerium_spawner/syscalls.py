"""The system call filter of all sandboxes, built with libseccomp."""

import errno
from pathlib import Path

# Calls that a worker never needs and that have let processes out of sandboxes before. Calls that need a capability
# are here too: the capability is gone already, and a bug in the kernel's check of it should not be reachable.
REFUSED = (
    "acct",
    "add_key",
    "bpf",
    "clock_adjtime",
    "clock_settime",
    "create_module",
    "delete_module",
    "fanotify_init",
    "finit_module",
    "fsconfig",
    "fsmount",
    "fsopen",
    "fspick",
    "init_module",
    "io_uring_enter",
    "io_uring_register",
    "io_uring_setup",
    "ioperm",
    "iopl",
    "kcmp",
    "kexec_file_load",
    "kexec_load",
    "keyctl",
    "lookup_dcookie",
    "mount",
    "mount_setattr",
    "move_mount",
    "move_pages",
    "name_to_handle_at",
    "nfsservctl",
    "open_by_handle_at",
    "open_tree",
    "perf_event_open",
    "pidfd_getfd",
    "pivot_root",
    "process_madvise",
    "process_vm_readv",
    "process_vm_writev",
    "ptrace",
    "quotactl",
    "reboot",
    "request_key",
    "setdomainname",
    "setns",
    "sethostname",
    "settimeofday",
    "swapoff",
    "swapon",
    "sysfs",
    "syslog",
    "umount2",
    "unshare",
    "uselib",
    "userfaultfd",
    "ustat",
    "vhangup",
)


def write(file: Path) -> None:
    """Write the filter as a BPF program, in one step, so that no sandbox starts with half of it."""
    import pyseccomp  # noqa: PLC0415, imported where libseccomp may be missing

    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in REFUSED:
        # Some of them exist only on other architectures.
        if pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name) >= 0:
            rules.add_rule(pyseccomp.ERRNO(errno.EPERM), name)
    fresh = file.with_suffix(".new")
    with fresh.open("wb") as out:
        rules.export_bpf(out)
    fresh.replace(file)
