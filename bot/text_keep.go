package bot

// Sentences on what is kept and for whom; text.go holds the policy.
const (
	textPrivacy = "<b>Privasi</b>\n" +
		"• Pertanyaan yang terjawab tidak disimpan. Yang dihitung hanya jumlah jawaban per hari menurut topik.\n" +
		"• Pertanyaan yang belum ada jawabannya dicatat tanpa nama, tanpa akun, dan tanpa jam, supaya " +
		"petugas dapat menyusun jawabannya. Nomor, alamat, tautan, dan nama yang terbaca ditutup lebih dahulu.\n" +
		"• \"Tidak membantu\" dan \"Jawaban ini keliru\" mencatat pertanyaan Anda dengan cara yang sama, " +
		"hanya bila Anda setuju.\n" +
		"• Catatan itu dihapus paling lambat 180 hari setelah dicatat. Kalimat yang dijadikan " +
		"contoh cara bertanya tetap dipakai, tanpa asalnya.\n" +
		"• Supaya jawaban dapat digabung atau diperbarui, teks terakhir diingat beberapa detik dan nomor pesan " +
		"beberapa menit, tanpa disimpan.\n"
	textPrivacyWaits = "• Bila Anda minta dikabari, ID obrolan ini disimpan terenkripsi di samping catatan " +
		"pertanyaannya, paling lama %d hari, dan dihapus begitu Anda dikabari.\n" +
		"• Bila Telegram menahan balasan, ID obrolan terenkripsi dan topik jawabannya disimpan tanpa teks, " +
		"paling lama %d jam.\n" +
		"• /hapus menghapus keduanya sekarang juga.\n"
	textPrivacyBackups = "• Salinan cadangan disimpan paling lama %d hari; yang dihapus hilang juga dari sana " +
		"dalam waktu itu.\n"
	textPrivacyEnd = "• Telegram sendiri mengetahui akun Anda dan isi percakapan ini; " +
		"itu di luar kendali kami.\n\n" +
		"Jangan menulis nama orang atau nomor pegawai di sini."

	textEraseHead   = "<b>Data obrolan Anda</b>\n\n"
	textNothingKept = "Saat ini tidak ada yang tersimpan tentang akun atau obrolan Anda, " +
		"jadi tidak ada yang perlu dihapus."
	textErased = "Sudah dihapus: %d catatan tentang obrolan ini " +
		"(permintaan dikabari dan jawaban yang tertahan). " +
		"Tidak ada lagi yang tersimpan tentang akun atau obrolan Anda."
	textEraseRest = "\n\nIngatan sementara tentang pesan terakhir juga sudah dikosongkan.\n\n" +
		"Pertanyaan yang belum terjawab dicatat tanpa nama dan tanpa akun; karena tidak terkait " +
		"dengan Anda, catatan itu tidak dapat dicari kembali " +
		"dan dihapus paling lambat 180 hari setelah dicatat."
	textEraseBackups = "\n\nDari salinan cadangan, yang dihapus hilang paling lambat dalam %d hari."
	textEraseEnd     = "\n\nPesan di layar ini tersimpan di Telegram; " +
		"Anda dapat menghapusnya sendiri lewat menu obrolan."

	textTellAsk = "<b>Kabari saya</b>\n\n" +
		"Bila Anda setuju, ID obrolan ini disimpan terenkripsi di samping catatan pertanyaan tadi, " +
		"paling lama %d hari (sampai %s), dihapus begitu Anda dikabari, " +
		"dan dapat Anda hapus kapan saja dengan /hapus."
	textTellYes = "Baik. Bila pertanyaan itu sudah dijawab sebelum %s, jawabannya dikirim ke obrolan ini, " +
		"lalu ID obrolan dihapus.\n\nUntuk membatalkan, ketik /hapus."
	textTellNo   = "Baik, tidak ada yang disimpan tentang obrolan ini."
	textTellGone = "Pertanyaan itu sudah tidak ada dalam catatan. Silakan tanyakan sekali lagi."
	textTold     = "Pertanyaan Anda sudah ada jawabannya."

	textHeld      = "Jawaban ini tertahan karena Telegram membatasi pengiriman pesan."
	textHeldAgain = "Balasan untuk pesan Anda tertahan karena Telegram membatasi pengiriman pesan. " +
		"Mohon kirim pertanyaan Anda sekali lagi."

	textCorrected  = "Jawaban ini diperbarui pada %s, setelah pesan ini dikirim."
	textLawChanged = "%s kini berstatus \"%s\"; jawaban ini sedang ditinjau ulang."
)

// Labels of their buttons.
const (
	labelTell    = "Kabari saya bila sudah dijawab"
	labelTellYes = "Ya, kabari saya"
	labelTellNo  = "Batal"
)
