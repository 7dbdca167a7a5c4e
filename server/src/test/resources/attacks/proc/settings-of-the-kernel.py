# Writes settings that run a program as root outside: core_pattern, modprobe, binfmt_misc, uevent_helper, release_agent.
result = outcomes(writing('/proc/sys/kernel/core_pattern', '/proc/sys/kernel/modprobe', '/proc/sys/kernel/hotplug',
    '/proc/sys/fs/binfmt_misc/register', '/proc/sys/vm/overcommit_memory', '/proc/sys/kernel/ns_last_pid',
    '/proc/sys/kernel/randomize_va_space', '/proc/sys/net/ipv4/ip_forward', '/proc/sys/user/max_user_namespaces',
    '/sys/kernel/uevent_helper', '/sys/fs/cgroup/release_agent', '/proc/sysrq-trigger'))
