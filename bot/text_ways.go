package bot

// Sentences of the ways into the conversation besides a question; text.go
// holds the policy.
const (
	textTopics = "Pilih kelompok topik"
	textPage   = "Halaman %d dari %d"

	textCheckHead   = "Periksa mandiri"
	textCheckKept   = "Pilihan Anda tidak disimpan; hanya ada di pesan ini."
	textAskWho      = "Siapa Anda?"
	textAskAct      = "Perbuatan apa yang ingin diperiksa?"
	textAskSeveral  = "Pilih sampai %d perbuatan, lalu tekan Lanjut."
	textAskPhase    = "Pada tahap apa perbuatan itu?"
	textAskKin      = "Siapa calon yang bersangkutan bagi Anda?"
	textTooManyActs = "Paling banyak empat perbuatan. Lepas salah satu lebih dahulu."
	textSummaryHead = "Ringkasan periksa mandiri"
	textSummaryFoot = "Ringkasan ini hanya ada di obrolan Anda dan tidak disimpan bot. " +
		"Penjelasan umum, bukan putusan perkara; kepastian: %s."
	textNoSanctionFor = "Sanksi khusus bagi %s tidak ditetapkan untuk perbuatan ini."
	textNoSanctionNow = "Tidak ada sanksi yang ditetapkan untuk tahap itu; lihat penjelasannya."

	textQuizHead = "Kuis netralitas"
	textNoQuiz   = "Soal kuis belum tersedia. " +
		"Sementara itu, Anda dapat menelusuri topik atau memeriksa diri."
	textQuizRight = "✅ Benar."
	textQuizWrong = "❌ Belum tepat. Jawaban yang tepat: %s. %s"
	textQuizScore = "Sejauh ini benar %d dari %d. Nilai tidak disimpan."

	textPledgeHead = "Ikrar netralitas ASN"
	textPledgeFoot = "Empat butir ini dibacakan dalam apel ikrar dan ditandatangani sebagai pakta integritas."
	textLevelsHead = "Tingkat sanksi dan artinya sekarang"
	textLawsHead   = "Dasar hukum dan statusnya"
	textLawsHint   = "Pilih status untuk melihat judul peraturan dan siapa yang diikatnya."

	textPhasesHead    = "Tahapan hari ini, %s"
	textPhasesChange  = "Yang perlu diingat di tiap tahap"
	textOutsidePhases = "Dalam kalender kami tidak ada pemilihan yang sedang berjalan. " +
		"Kewajiban netral tetap berlaku."
	textNoCalendar = "Kalender pemilihan belum diisi, jadi tahap hari ini belum dapat disebutkan. " +
		"Lihat jadwal resmi KPU di kpu.go.id atau pengumuman KPU setempat, atau tanyakan kepada %s. " +
		"Sementara itu setiap jawaban memuat sanksi untuk semua tahap."

	textItemsHead = "Sosialisasi netralitas"
	textNoItems   = "Belum ada bahan sosialisasi."

	textContact = "<b>Ke mana bertanya</b>\n\n" +
		"Untuk kasus Anda sendiri, hubungi %s.\n\n" +
		"Siapkan uraian singkat: perbuatannya, kapan, dan status kepegawaian Anda. " +
		"Untuk penjelasan umum, tulis saja pertanyaan Anda di sini."

	textFeedbackAsk = "Bila Anda setuju, pertanyaan Anda dicatat tanpa nama dan tanpa akun, dengan nomor, " +
		"tautan, dan nama yang terbaca ditutup lebih dahulu, supaya petugas meninjau jawaban ini."
)

// Sentences for groups, for inline questions and for the bot's profile.
const (
	textPublicHelp = "Di grup ini saya menjawab singkat. " +
		"Tulis <b>/tanya</b> lalu pertanyaan Anda, misalnya:\n" +
		"<i>/tanya boleh like postingan calon?</i>\n\nUntuk hal pribadi, gunakan obrolan pribadi."
	textPublicNone = "Belum ada jawaban yang cukup pasti. " +
		"Coba sebutkan perbuatannya, atau tanya secara pribadi."
	textPublicPrivate = "Pertanyaan ini lebih baik dijawab dalam obrolan pribadi."
	textNotYours      = "Tombol ini hanya untuk penanya. Tulis /tanya untuk bertanya sendiri."

	textDescription = "Tanya jawab netralitas ASN dalam pemilu dan pilkada. " +
		"Tulis pertanyaan dengan bahasa sehari-hari; jawaban memuat putusan, " +
		"sanksi, dan dasar hukum. " +
		"Pertanyaan tidak dikaitkan dengan nama atau akun Anda. " +
		"Penjelasan umum, bukan putusan perkara."
	textShortDescription = "Tanya jawab netralitas ASN: boleh atau tidak, sanksinya, dan dasar hukumnya."
)

// Labels of their buttons.
const (
	labelNext        = "Berikutnya"
	labelPrevious    = "Sebelumnya"
	labelGroups      = "Semua kelompok"
	labelToList      = "Kembali ke daftar"
	labelSeveral     = "Pilih beberapa perbuatan"
	labelGoOn        = "Lanjut"
	labelStepBack    = "Langkah sebelumnya"
	labelToday       = "Hari ini (%s)"
	labelNoPhase     = "Belum tahu"
	labelRecheck     = "Periksa mandiri"
	labelQuizNext    = "Soal lain"
	labelQuizTopic   = "Buka aturannya"
	labelLawHome     = "Semua status"
	labelWrong       = "Jawaban ini keliru"
	labelFeedbackYes = "Catat tanpa nama"
	labelPrivately   = "Tanya pribadi"
)
