package console

import (
	"fmt"
	"slices"
)

// excludable are the posts whose holders may still open a report.
func (s *Server) excludable(v *visit, leftOut []string) ([]string, error) {
	all, err := s.deps.Reports.Office.Investigators(v.ctx())
	if err != nil {
		return nil, fmt.Errorf("list the investigators: %w", err)
	}
	var posts []string
	for _, i := range all {
		if i.Active && !slices.Contains(leftOut, i.Post) {
			posts = append(posts, i.Post)
		}
	}
	slices.Sort(posts)
	return slices.Compact(posts), nil
}

// excludePosts shuts a report to the holders of posts that it names. The audit
// line does not say which: an admin reads it, and may be one of them.
func (s *Server) excludePosts(v *visit) error {
	k, line, err := s.working(v)
	if err != nil {
		return err
	}
	posts := v.values("jabatan")
	if len(posts) == 0 || v.form("yakin") == "" {
		return v.warn(reportPath(line.ID), "Pilih jabatannya dan centang bahwa ini tidak dapat dibatalkan.")
	}
	if err := v.record("report.exclude", line.ID); err != nil {
		return err
	}
	if err := s.deps.Reports.Office.Exclude(v.ctx(), k, line.ID, posts...); err != nil {
		return fmt.Errorf("exclude from a report: %w", err)
	}
	return v.done("/laporan",
		reportName(line.ID)+" disegel ulang. Pemegang jabatan yang dipilih tidak dapat membukanya lagi.")
}
