const REASONS: Readonly<Record<string, string>> = {
  EACCES: "no permission",
  EBUSY: "a file in use",
  EDQUOT: "a full quota",
  EEXIST: "a file that is there already",
  EFBIG: "a file that is too large",
  EINVAL: "a name that the system does not take",
  EIO: "an input or output error of the device",
  EISDIR: "a folder",
  ELOOP: "links that lead in a circle",
  EMFILE: "too many open files",
  ENAMETOOLONG: "a name that is too long",
  ENFILE: "too many open files",
  ENODEV: "no such device",
  ENOENT: "no such file or folder",
  ENOSPC: "a full disk",
  ENOTDIR: "a file where a folder should be",
  ENOTEMPTY: "a folder that is not empty",
  ENXIO: "no such device",
  EPERM: "no permission",
  EPIPE: "a closed pipe",
  EROFS: "a read-only file system",
  ETXTBSY: "a program that runs",
  ERR_FS_FILE_TOO_LARGE: "a file above 2 GiB",
  ERR_INVALID_ARG_VALUE: "a name that no file can have",
  ERR_STRING_TOO_LONG: "a file above 512 MB of text",
};

/** True for an error of the file system: one that carries a code, a system call and, mostly, a path. */
export function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && "code" in error;
}

/** Why a file could not be used, in words that complete "got ...". */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code === undefined ? undefined : REASONS[code]) ?? code ?? message;
}
