package telegramtest

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
)

// BenchmarkServer sends messages with a keyboard to many chats. The client runs on the same cores; run it
// with -cpu 1 for the figure of one core.
func BenchmarkServer(b *testing.B) {
	for _, chats := range []int{100, 50000} {
		b.Run(fmt.Sprintf("chats=%d", chats), func(b *testing.B) {
			s := New(b)
			for n := range chats {
				s.Start(User{ID: int64(n + 1)})
			}
			address := s.URL() + "/bot" + s.Token() + "/sendMessage"
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
			var next atomic.Int64
			b.SetParallelism(4)
			b.ReportAllocs()
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					form := url.Values{
						"chat_id":      {fmt.Sprint(next.Add(1)%int64(chats) + 1)},
						"text":         {"<b>Boleh</b>, dengan syarat. Dasar: pasal 9 ayat (2)."},
						"parse_mode":   {"HTML"},
						"reply_markup": {`{"inline_keyboard":[[{"text":"Membantu","callback_data":"v1:y:abc"}]]}`},
					}
					resp, err := client.Post(address, "application/x-www-form-urlencoded",
						strings.NewReader(form.Encode()))
					if err != nil {
						b.Error(err)
						return
					}
					_, _ = io.Copy(io.Discard, resp.Body)
					if resp.Body.Close(); resp.StatusCode != http.StatusOK {
						b.Error(resp.Status)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
		})
	}
}

// BenchmarkQueue makes 50,000 people write and confirms all of it in batches of 100.
func BenchmarkQueue(b *testing.B) {
	for b.Loop() {
		s := New(b)
		for n := range 50000 {
			s.Text(User{ID: int64(n + 1)}, "klo sy like postingan paslon kena sanksi ga?")
		}
		for offset := 1; s.Pending() > 0; offset += maxBatch {
			resp, err := http.Get(fmt.Sprintf("%s/bot%s/getUpdates?offset=%d", s.URL(), s.Token(), offset))
			if err != nil {
				b.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
	}
}
