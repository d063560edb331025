package bot

// Sentences of the reporting conversation; text.go holds the policy. Every
// message of it begins with one of the marks, by which a reply to it is known
// even when nothing else is remembered. What stays in the chat after a
// conversation was deleted names no report.
const (
	markReport = "📝 Laporan"
	markCase   = "📝 Laporan Anda" // one that was sent
	markCode   = "🔑 Kode"
)

const (
	textReportOff = "Pelaporan belum diaktifkan di sini. " +
		"Untuk melapor atau berkonsultasi, hubungi %s atau Bawaslu setempat."
	textWritePrivately = "Untuk hal itu, tulis kepada saya dalam obrolan pribadi."
	textHelpReport     = "/lapor dan /laporan: melaporkan pelanggaran tanpa nama, dan membaca balasannya"
	textPrivacyReport  = "<b>Laporan</b>\n" +
		"• Laporan lewat /lapor disimpan terkunci tanpa nama, akun, nomor, dan jam; " +
		"hanya pemeriksa yang membukanya.\n" +
		"• Draf hanya diingat sampai dikirim, dibatalkan, atau 30 menit tanpa kegiatan.\n" +
		"• Laporan yang sudah ditutup dihapus setelah %d bulan."
	textReportNobody = "Pelaporan belum dapat dipakai, karena belum ada pemeriksa yang ditunjuk. " +
		"Sementara ini Anda dapat melapor ke %s."
	textReportIntro = "Laporan ini tanpa nama bagi petugas. Sebelum mulai:\n\n" +
		"1. Telegram tahu akun Anda menulis ke bot ini; kami tidak menyimpan nama, nomor, " +
		"atau ID Anda bersama laporan.\n" +
		"2. Pakai ponsel dan jaringan pribadi, jangan milik kantor.\n" +
		"3. Isi laporan dapat menunjukkan siapa Anda, jadi jangan tulis hal yang hanya Anda ketahui.\n" +
		"4. Di luar Telegram, Anda dapat melapor ke %s."
	textOutsideDefault = "Bawaslu setempat (dengan identitas, paling lambat 7 hari sejak diketahui) " +
		"atau Inspektorat"
	textReportFull = "Hari ini sudah ada %d laporan dari obrolan ini. Besok Anda dapat membuat yang baru. " +
		"Untuk menambah laporan yang sudah dikirim, tulis /laporan lalu kodenya."
	textReportPause = "Program akan dimulai ulang sebentar lagi. Mohon coba beberapa menit lagi."
	textReportBusy  = "Saat ini banyak laporan sedang ditulis bersamaan, jadi belum ada tempat untuk yang baru. " +
		"Mohon tekan Mulai lagi kira-kira setengah jam lagi, atau lapor ke %s."
	textReportTrouble = "Maaf, ada gangguan di pihak kami dan langkah tadi belum berhasil. " +
		"Silakan coba sekali lagi."
	textReportOpen = "Masih ada draf yang terbuka. Lanjutkan di bawah ini, atau hapus dengan /batal."
	textNoDraft    = "Tidak ada yang sedang ditulis, jadi tidak ada yang perlu dibatalkan."

	textReportLost = "Draf laporan hilang, karena 30 menit tanpa kegiatan atau program baru dimulai ulang. " +
		"Pesan Anda tidak disimpan dan tidak dianggap pertanyaan. " +
		"Tulisan Anda masih ada di obrolan ini dan dapat disalin; mulai lagi dengan /lapor."
	textReportLostSent = "Bila tadi kode laporan sudah tampil, tulis /laporan lalu kode itu dalam %d hari: " +
		"dengan itu laporannya diterima. " +
		"Bila kode belum tampil, laporannya tidak masuk; mohon kirim sekali lagi."
	textLostAsk  = "Bila pesan tadi sebenarnya pertanyaan, kirim sekali lagi."
	textCodeLost = "Laporan tadi sudah ditutup kembali dan pesan Anda tidak disimpan. " +
		"Buka lagi dengan /laporan lalu kode Anda."
	textEditLate = "Perubahan itu tidak sampai, karena laporannya sudah tidak terbuka di sini. " +
		"Untuk menambah sesuatu, tulis /laporan lalu kode Anda."
	textStopping = "Program dimulai ulang sebentar untuk perawatan, jadi yang sedang ditulis di sini hilang " +
		"dan tidak tersimpan di tempat kami. Tulisan Anda masih ada di obrolan ini dan dapat disalin. " +
		"Mohon mulai lagi beberapa menit lagi."
)

// Questions of a draft.
const (
	textAskCategory = "Kira-kira termasuk apa? Pilih satu.\n\n" +
		"Draf hanya diingat sementara dan hilang setelah 30 menit tanpa kegiatan."
	textAskPosts = "Laporan dibuka oleh pemegang jabatan di bawah ini. Bila ada yang terlibat " +
		"atau dekat dengan yang terlibat, tekan jabatannya: ia tidak akan dapat membuka laporan ini, " +
		"juga bila jabatannya berganti. Ia masih melihat bahwa ada laporan pada hari itu, " +
		"dan bahwa laporan itu tidak terbuka baginya."
	textNobodyLeft = "Paling sedikit satu jabatan harus dapat membuka laporan ini."
	textAskWhat    = "Ceritakan perbuatannya, dan siapa yang melakukannya menurut jabatannya. " +
		"Boleh dalam beberapa pesan, seluruhnya sampai %s karakter. Jangan tulis nama Anda sendiri.\n\n" +
		"Sudah cukup: /lanjut\nBatal: /batal"
	textAskWhere = "Sebut tempatnya, atau nama grup bila terjadi di media sosial.\n\n" +
		"Lewati: /lewati"
	textAskWhen = "Tanggal dan jam, atau perkiraannya, misalnya \"awal November, saat apel\".\n\n" +
		"Lewati: /lewati"
	textAskWhoIn = "Sebut jabatan mereka yang menyuruh, ikut, atau melihat. Jangan sebut diri Anda.\n\n" +
		"Lewati: /lewati"
	textAskEvidence = "Kirim foto, berkas, rekaman suara, atau video: sampai %d berkas, " +
		"masing-masing paling besar 20 MB. Data tersembunyi seperti lokasi dan nama pembuat " +
		"dibersihkan lebih dahulu. Bukti yang hanya Anda miliki dapat menunjukkan siapa Anda.\n\n" +
		"Selesai, atau tidak ada: /lanjut"
	textNoted1     = "Tercatat. "
	textWhatSoFar  = "Tercatat, %s dari %s karakter. Bila ada tambahan, tulis lagi di sini."
	textWhatNext   = "Sudah cukup: /lanjut\nLangsung periksa dan kirim: /periksa\nBatal: /batal"
	textWhatNeeded = "Bagian ini perlu diisi, satu kalimat pun cukup."
	textCut        = "Batasnya sudah tercapai: dari pesan terakhir hanya %s karakter pertama yang masuk. " +
		"Sisanya dapat dikirim sebagai berkas, atau menyusul dengan kode laporan."
	textFull = "Batasnya sudah tercapai, jadi pesan terakhir tidak masuk. " +
		"Sisanya dapat dikirim sebagai berkas, atau menyusul dengan kode laporan."
	textAddedTo   = "Ditambahkan ke bagian \"%s\". "
	textReplaced  = "Perubahan pesan Anda sudah masuk ke laporan. "
	textRewrite   = "Tulis ulang bagian ini; tulisan yang lama diganti. Tetap memakai yang lama: /lewati"
	textTakenIn   = "Pesan tadi masuk ke laporan yang sedang Anda tulis."
	textNotReport = "Pesan tadi dikeluarkan dari laporan dan dijawab sebagai pertanyaan."
	textStillOpen = "Draf laporan masih terbuka. "
	textNothingIn = "Draf laporan yang kosong ditutup."
	textForwarded = "Pesan terusan tidak saya terima, karena membawa nama pengirim aslinya. " +
		"Tulis dengan kata-kata Anda sendiri, atau kirim tangkapan layar yang namanya sudah ditutup."
	textNotTaken = "Kontak, lokasi, stiker, dan sejenisnya tidak saya terima, karena dapat membawa " +
		"nama, nomor, atau tempat Anda. Tulis saja keterangannya."
	textPressFirst = "Tekan Mulai lebih dahulu; pesan tadi ikut masuk ke laporan. "
)

// Evidence.
const (
	textCleaning = "Berkas %d (%s): membersihkan…"
	textFileKept = "%s (%s): data tersembunyi dibersihkan, disimpan terkunci."
	textFileRaw  = "%s (%s): disimpan terkunci apa adanya, dengan peringatan bagi pemeriksa."
	textFileAsk  = "Berkas %d (%s): data tersembunyi di dalamnya tidak dapat dipastikan hilang. " +
		"Berkas ini mungkin memuat nama, waktu, atau tempat pembuatnya."
	textFileGone = "Berkas itu dibuang dan tidak disimpan."
	textFileBig  = "Berkas itu lebih besar dari 20 MB, jadi tidak dapat diambil dan dibersihkan. " +
		"Kirim bagian yang penting saja, misalnya tangkapan layar atau potongan video."
	textImageBig = "Berkas itu terlalu besar untuk dibersihkan. " +
		"Kirim gambar sebagai foto biasa, bukan sebagai berkas."
	textFileMany    = "Sudah %d berkas, dan itu batasnya; berkas tadi tidak disimpan."
	textFileTooMany = "Jumlah berkas sudah sampai batasnya; berkas tadi tidak disimpan."
	textFileNoRoom  = "Tempat sementara untuk berkas sedang penuh, jadi berkas tadi tidak disimpan. " +
		"Coba lagi nanti, atau kirim laporannya dahulu; berkasnya dapat menyusul dengan kode laporan."
	textFileEmpty = "Berkas itu kosong, jadi tidak disimpan. Coba kirim ulang."
	textFileBomb  = "Berkas itu mengembang menjadi terlalu besar bila dibuka, jadi tidak disimpan. " +
		"Kirim isinya satu per satu."
	textFileFailed = "Berkas itu gagal diambil, jadi belum disimpan. Mohon kirim sekali lagi."
	textFileStale  = "Berkas itu sudah ditangani."
	textFileNext   = " Tambah lagi, atau /lanjut"
	textFileBegin  = "Tekan Mulai lebih dahulu, lalu kirim berkasnya."
	textFileNotNow = "Berkas belum dapat diterima di langkah ini."
)

// Review, sending and the receipt.
const (
	textReview     = "Periksa sebelum dikirim"
	textReviewFoot = "Setelah dikirim, isinya dikunci untuk pemeriksa. Ini informasi awal bagi kantor, " +
		"bukan laporan resmi ke Bawaslu."
	textReviewShort = "… (%s karakter seluruhnya)"
	textChange      = "Bagian mana yang ingin diubah?"
	textSending     = "Mengunci dan mengirim…"
	textReceipt     = "Laporan sudah diterima dan dikunci untuk pemeriksa. Ini kodenya, hanya tampil sekali:"
	textReceiptHow  = "Hanya kode ini yang membuka balasan; kami tidak dapat menggantinya bila hilang. " +
		"Tulis di kertas, per lima huruf, dan simpan di luar kantor; jangan difoto. " +
		"Huruf besar dan kecil sama saja, dan tidak ada huruf I, L, O, atau U."
	textReceiptAsk    = "Untuk memastikan tidak salah catat, ketik kelompok ke-%d dari kode itu."
	textReceiptWrong  = "Belum cocok. Lihat catatan Anda dan kode di atas. Tanpa memeriksa: /lewati"
	textReceiptNotYet = "Ada gangguan di pihak kami, jadi laporannya belum tercatat diterima. " +
		"Simpan kodenya, lalu ketik kelompok tadi sekali lagi sebentar lagi. " +
		"Dapat juga nanti, dalam %d hari, dengan /laporan lalu kode itu."
	textReceiptRight   = "Cocok, kode Anda aman."
	textReceiptSkipped = "Kode tidak diperiksa. Pastikan tercatat dengan benar."
	textAfterSend      = "Balasan dibaca dengan /laporan lalu kode itu. Pemeriksa mengusahakan tanggapan " +
		"pertama dalam %d hari kerja; kami tidak dapat menghubungi Anda, jadi tengoklah sesekali. " +
		"Laporan dan semua balasannya dihapus %d bulan setelah ditutup."
	textWipeAsk = "Hapus pesan-pesan tadi dari obrolan ini%s? Yang tersisa hapus sendiri: tahan pesannya, " +
		"pilih Hapus, dan centang hapus untuk kedua pihak. Periksa juga galeri, unduhan, dan Telegram " +
		"di komputer atau ponsel yang dipakai bersama."
	textWipeCode = ", termasuk kodenya"
	textWiped    = "Selesai. Pesan-pesan tadi sudah dihapus dari obrolan ini."
	textWipeFail = "Sebagian pesan tidak dapat saya hapus. " +
		"Hapus sendiri dengan menahan pesannya lalu memilih Hapus."
	textWipeLate = "Saya sudah tidak ingat pesan mana saja. " +
		"Hapus sendiri dengan menahan pesannya lalu memilih Hapus."
	textLeft      = "Baik, pesan-pesan tadi dibiarkan."
	textCancelled = "Draf dihapus; tidak ada yang terkirim."
)

// Looking after a report with its code.
const (
	textCodeAsk     = "Ketik kode laporan Anda, empat kelompok berisi lima huruf atau angka. Batal: /batal"
	textCodeGroup   = "Kelompok ke-%d salah ketik. Periksa catatan Anda, lalu ketik lagi seluruh kodenya."
	textCodeLength  = "Kode terdiri atas empat kelompok berisi lima huruf atau angka. Ketik lagi seluruhnya."
	textCodeUnknown = "Kode itu tidak membuka laporan. Mungkin salah catat, atau laporannya sudah dihapus " +
		"sesuai rencana penghapusan."
	textCodeWait   = "Mohon tunggu %s sebelum mencoba kode lagi."
	textCaseKeep   = "Rencana penghapusan: %s."
	textCaseOpen   = "dihapus %d bulan setelah laporan ditutup"
	textCaseEarly  = "Balasan yang lebih lama tidak ditampilkan."
	textSayAsk     = "Tulis pesan Anda untuk pemeriksa. Jangan tulis nama Anda. Batal: /batal"
	textSaySoFar   = "Tercatat, %s karakter, belum terkirim. Kirim: /kirim\nBatal: /batal"
	textSaySent    = "Pesan terkirim dan dikunci untuk pemeriksa."
	textSayDropped = "Pesan yang belum dikirim dihapus."
	textFileHere   = "Kirim berkasnya di sini; setiap berkas langsung dibersihkan dan dikunci."
	textWithdraw   = "Tarik laporan ini? Pemeriksa diberi tahu bahwa laporan ditarik, dan kode ini tidak lagi " +
		"menerima pesan. Yang sudah dibaca tidak dapat dibuat lupa."
	textWithdrawn  = "Laporan sudah ditarik."
	textCaseClosed = "Laporan ini sudah ditutup, jadi tidak menerima tambahan lagi."
	textOpenDraft  = "Selesaikan dulu draf yang terbuka, atau hapus dengan /batal."
	textCaseDone   = "Laporan ditutup kembali."
)

// Labels of the buttons.
const (
	labelBegin      = "Mulai"
	labelCancel     = "Batal"
	labelSkip       = "Lewati"
	labelProceed    = "Lanjut"
	labelSendReport = "Kirim"
	labelChange     = "Ubah"
	labelToReview   = "Kembali memeriksa"
	labelDrop       = "Buang"
	labelKeepRaw    = "Simpan dengan peringatan"
	labelNoReport   = "Bukan laporan"
	labelWipe       = "Hapus sekarang"
	labelLeave      = "Biarkan"
	labelSay        = "Tulis pesan"
	labelAddFile    = "Tambah berkas"
	labelWithdraw   = "Tarik laporan"
	labelDoWithdraw = "Ya, tarik"
	labelCloseCase  = "Selesai"
)

// menuReport are the lines of the menu of commands while reporting is on.
func menuReport() []Command {
	return []Command{
		{Name: "lapor", Description: "Laporkan pelanggaran tanpa nama"},
		{Name: "laporan", Description: "Baca balasan dengan kode laporan"},
	}
}

// reportCategories are what a report can be about; the words are sealed with
// it. Their order is that of the buttons, whose data is the index.
func reportCategories() []string {
	return []string{
		"Pegawai dikerahkan atau disuruh memilih",
		"Ancaman pada jabatan, tunjangan, atau mutasi",
		"Ikut kampanye atau kegiatan calon",
		"Dukungan di media sosial atau grup",
		"Fasilitas, anggaran, atau bantuan negara",
		"Pose, atribut, atau pertemuan dengan calon",
		"Lainnya",
	}
}
