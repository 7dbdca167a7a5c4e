# Leaves a symbolic link in place of a file.
# ends: WORKER_DIED: The worker died while it ran the code.
def forge(path, header):
    os.remove(path)
    os.symlink(f'{home}/canary.txt', path)
forging_files(forge)
result = pl.DataFrame({'x': [1]})
