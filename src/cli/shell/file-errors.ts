/** Why a file cannot be opened or read, in words. */
export function whyUnread({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOENT': return 'no such file or folder';
    case 'EACCES':
    case 'EPERM': return 'no permission to read it';
    case 'ELOOP': return 'a link that leads to itself';
    case 'EISDIR': return 'it is a folder, and a file is expected';
    case 'ENOTDIR': return 'a part of its path is a file, and a folder is expected';
    case 'ENAMETOOLONG': return 'its name is longer than a file may have';
    case 'EIO': return 'the device gives an error instead of what is in it';
    default: return message;
  }
}

/** Why something cannot be written, in words. */
export function whyUnwritten(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ENOSPC':
    case 'EDQUOT': return 'no space left on the device';
    case 'EROFS':
    case 'EACCES':
    case 'EPERM': return 'no permission to write it';
    case 'EIO': return 'the device gives an error';
    default: return whyUnread(error);
  }
}
