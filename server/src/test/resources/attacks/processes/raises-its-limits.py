# Raises the limits that it was started with, and leaves its control group.
import resource
def raised(limit):
    def act():
        soft, hard = resource.getrlimit(limit)
        if hard == resource.RLIM_INFINITY:
            raise PermissionError(errno.EPERM, 'there is no more')
        try:
            resource.setrlimit(limit, (hard, hard + 1))
        except ValueError as error:
            raise PermissionError(errno.EPERM, str(error)) from error
    return act
result = outcomes({
    'files': raised(resource.RLIMIT_NOFILE),
    'file size': raised(resource.RLIMIT_FSIZE),
    'core': raised(resource.RLIMIT_CORE),
    'locked': raised(resource.RLIMIT_MEMLOCK),
    **{path: act for path, act in writing('/sys/fs/cgroup/cgroup.procs', '/sys/fs/cgroup/memory/tasks',
        '/sys/fs/cgroup/release_agent', '/proc/self/cgroup').items()},
}, also=('EINVAL',))
