# Reads the memory, the log and the secrets of the kernel.
result = outcomes(reading('/proc/kcore', '/proc/kmsg', '/proc/kpageflags', '/proc/kpagecount', '/proc/iomem', '/proc/vmallocinfo',
    '/proc/slabinfo', '/proc/timer_list', '/proc/sched_debug', '/proc/keys', '/proc/1/stack', '/proc/self/stack',
    '/proc/scsi/scsi', '/sys/kernel/notes', '/sys/firmware/dmi/tables/DMI', '/dev/mem', '/dev/kmem', '/dev/port', '/dev/kmsg'))
