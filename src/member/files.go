package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// writeAtomic replaces a file as a whole, so that a power cut leaves the old or the new one.
func writeAtomic(path string, data []byte) error {
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	_, err = file.Write(data)
	err = errors.Join(err, file.Sync(), file.Close())
	if err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

// readBounded reads a file of at most limit bytes.
func readBounded(path string, limit int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("%s has more than %d bytes", path, limit)
	}
	return data, err
}

// checkSecret refuses a key file that others can read.
func checkSecret(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s can be read by other users (mode %04o): run chmod 600 %s", path, info.Mode().Perm(), path)
	}
	return nil
}

func missing(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// stamp tells versions of a file apart.
type stamp struct {
	inode, size int64
	changed     time.Duration
}

func stampOf(path string) (s stamp) {
	info, err := os.Stat(path)
	if err != nil {
		return s
	}
	s.size, s.inode = info.Size()+1, 0
	if system, ok := info.Sys().(*syscall.Stat_t); ok {
		s.inode = int64(system.Ino)
		s.changed = time.Duration(system.Ctim.Nano())
	}
	return s
}

// watchFiles calls changed each time one of the files has changed, within half a second. It returns when stop is closed.
func watchFiles(paths []string, stop <-chan struct{}, changed func()) {
	stamps := func() []stamp {
		list := make([]stamp, len(paths))
		for i, path := range paths {
			list[i] = stampOf(path)
		}
		return list
	}
	last := stamps()
	ticker := time.NewTicker(500 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-stop:
			return
		case <-ticker.C:
		}
		now := stamps()
		for i := range now {
			if now[i] != last[i] {
				last = now
				changed()
				break
			}
		}
	}
}
