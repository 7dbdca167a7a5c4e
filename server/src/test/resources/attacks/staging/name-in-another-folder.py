# Names a file that it did not stage: name in another folder.
# ends: WORKER_DIED: The worker died while it ran the code.
def forge(path, header):
    header['written']['files'][0]['name'] = 'files/../files/x'
forging_files(forge)
result = pl.DataFrame({'x': [1]})
