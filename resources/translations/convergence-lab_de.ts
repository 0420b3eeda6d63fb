<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en_US">
<context>
    <name>Charts</name>
    <message>
        <source>There is nothing to show here.</source>
        <translation>Hier ist nichts zu zeigen.</translation>
    </message>
    <message>
        <source>fit %1 – %2</source>
        <translation>Anpassung %1 – %2</translation>
    </message>
    <message>
        <source>end</source>
        <translation>Ende</translation>
    </message>
    <message>
        <source>Press play to start the run.</source>
        <translation>Mit Start beginnt der Lauf.</translation>
    </message>
    <message>
        <source>No trial has this choice: choose another value above.</source>
        <translation>Kein Versuch hat diese Auswahl: oben einen anderen Wert wählen.</translation>
    </message>
    <message>
        <source>Points appear here as trials finish.</source>
        <translation>Hier erscheinen Punkte, sobald Versuche enden.</translation>
    </message>
    <message>
        <source>quartiles %1 … %2</source>
        <translation>Quartile %1 … %2</translation>
    </message>
    <message>
        <source>slope</source>
        <translation>Steigung</translation>
    </message>
    <message>
        <source>rate</source>
        <translation>Rate</translation>
    </message>
    <message>
        <source>Nothing here is positive: press Y for a linear axis.</source>
        <translation>Nichts ist hier positiv: Y macht die Achse linear.</translation>
    </message>
    <message>
        <source>row %1</source>
        <translation>Zeile %1</translation>
    </message>
    <message>
        <source>column %1</source>
        <translation>Spalte %1</translation>
    </message>
    <message>
        <source>nothing to fit in %1 – %2</source>
        <translation>nichts anzupassen in %1 – %2</translation>
    </message>
    <message>
        <source>diverged</source>
        <translation>divergiert</translation>
    </message>
    <message>
        <source>All curves are switched off: click an arm or a legend entry.</source>
        <translation>Alle Kurven sind ausgeschaltet: auf einen Arm oder einen Eintrag der Legende klicken.</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Commands</source>
        <translation>Befehle</translation>
    </message>
    <message>
        <source>Type a part of a command or an experiment</source>
        <translation>Einen Teil eines Befehls oder Experiments eingeben</translation>
    </message>
    <message>
        <source>Search commands</source>
        <translation>Befehle suchen</translation>
    </message>
</context>
<context>
    <name>DocumentFiles</name>
    <message>
        <source>The file %1 cannot be read: %2.</source>
        <translation>Die Datei %1 kann nicht gelesen werden: %2.</translation>
    </message>
    <message>
        <source>The file %1 cannot be written: %2.</source>
        <translation>Die Datei %1 kann nicht geschrieben werden: %2.</translation>
    </message>
    <message>
        <source>The file %1 is larger than any session.</source>
        <translation>Die Datei %1 ist größer als jede Sitzung.</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>leave the full screen</source>
        <translation>den Vollbildmodus verlassen</translation>
    </message>
    <message>
        <source>in a chart: move the data cursor</source>
        <translation>in einem Diagramm: den Datenzeiger bewegen</translation>
    </message>
    <message>
        <source>in a chart: zoom</source>
        <translation>in einem Diagramm: vergrößern, verkleinern</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>Pos1</translation>
    </message>
    <message>
        <source>in a chart: all data</source>
        <translation>in einem Diagramm: alle Daten</translation>
    </message>
    <message>
        <source>in a chart: choose a legend entry; Space switches it</source>
        <translation>in einem Diagramm: Eintrag der Legende wählen; die Leertaste schaltet ihn</translation>
    </message>
    <message>
        <source>Ctrl+C</source>
        <translation>Strg+C</translation>
    </message>
    <message>
        <source>in a view: copy the picture; with Shift: the numbers</source>
        <translation>in einer Ansicht: das Bild kopieren; mit Umschalt: die Zahlen</translation>
    </message>
    <message>
        <source>P, D, Del</source>
        <translation>P, D, Entf</translation>
    </message>
    <message>
        <source>in the list of runs: pin, differences, delete</source>
        <translation>in der Liste der Läufe: anheften, Unterschiede, löschen</translation>
    </message>
    <message>
        <source>this page</source>
        <translation>diese Seite</translation>
    </message>
    <message>
        <source>Digits, ← →, Page Up, Page Down, B</source>
        <translation>Ziffern, ← →, Bild auf, Bild ab, B</translation>
    </message>
    <message>
        <source>on stage: views, steps, a black screen; ? lists all there</source>
        <translation>auf der Bühne: Ansichten, Schritte, schwarzer Bildschirm; ? nennt dort alle</translation>
    </message>
    <message>
        <source>in the chart below the pointer: linear or logarithmic axis</source>
        <translation>im Diagramm unter dem Zeiger: lineare oder logarithmische Achse</translation>
    </message>
</context>
<context>
    <name>QObject</name>
    <message numerus="yes">
        <source>delete %n run(s)</source>
        <translation>
            <numerusform>%n Lauf löschen</numerusform>
            <numerusform>%n Läufe löschen</numerusform>
        </translation>
    </message>
    <message>
        <source>usual values</source>
        <translation>übliche Werte</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 min %2 s</source>
        <translation>%1 min %2 s</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 h %2 min</translation>
    </message>
</context>
<context>
    <name>States</name>
    <message>
        <source>ready</source>
        <translation>bereit</translation>
    </message>
    <message>
        <source>playing</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>finished</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>beendet</translation>
    </message>
    <message>
        <source>diverged</source>
        <translation>divergiert</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>gescheitert</translation>
    </message>
    <message>
        <source>running</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>unterbrochen</translation>
    </message>
    <message>
        <source>pending</source>
        <translation>wartet</translation>
    </message>
</context>
<context>
    <name>SweepResults</name>
    <message>
        <source>Arm</source>
        <translation>Arm</translation>
    </message>
    <message>
        <source>(mean)</source>
        <translation>(Mittel)</translation>
    </message>
    <message>
        <source>The mean over seeds of the metric. Click a cell to open its first run.</source>
        <translation>Das Mittel der Messgröße über Startwerte. Ein Klick auf ein Feld öffnet dessen ersten Lauf.</translation>
    </message>
    <message>
        <source>Median and quartiles over seeds, a curve an arm.</source>
        <translation>Median und Quartile über Startwerte, eine Kurve je Arm.</translation>
    </message>
    <message>
        <source>All axes, colored by</source>
        <translation>Alle Achsen, gefärbt nach</translation>
    </message>
    <message>
        <source>A line a run. Point at one to read its values, click it to open it.</source>
        <translation>Eine Linie je Lauf. Auf eine zeigen, um ihre Werte zu lesen; ein Klick öffnet sie.</translation>
    </message>
</context>
<context>
    <name>VolumeOverlay</name>
    <message>
        <source>opacity</source>
        <translation>Deckung</translation>
    </message>
    <message>
        <source>Nothing to see yet: the largest value (%1) is %2.</source>
        <translation>Noch nichts zu sehen: der größte Wert (%1) ist %2.</translation>
    </message>
    <message>
        <source>Nothing to see: no value (%1) is a finite number.</source>
        <translation>Nichts zu sehen: kein Wert (%1) ist eine endliche Zahl.</translation>
    </message>
</context>
<context>
    <name>convergence::ArmChip</name>
    <message>
        <source>Arm %1</source>
        <translation>Arm %1</translation>
    </message>
    <message>
        <source>Click: hide or show it. Ctrl and click: it alone, or all.</source>
        <translation>Klick: aus- oder einblenden. Strg und Klick: nur diesen oder alle.</translation>
    </message>
</context>
<context>
    <name>convergence::ArmChips</name>
    <message>
        <source>Arms</source>
        <translation>Arme</translation>
    </message>
</context>
<context>
    <name>convergence::BarsView</name>
    <message>
        <source>Linear/logarithmic y axis	Y</source>
        <translation>y-Achse linear/logarithmisch	Y</translation>
    </message>
    <message>
        <source>Switches the axis of the bars</source>
        <translation>Schaltet die Achse der Balken um</translation>
    </message>
    <message>
        <source>Its arms are hidden: click their chips.</source>
        <translation>Alle Arme darin sind ausgeschaltet: über den Ansichten auf einen Arm klicken.</translation>
    </message>
</context>
<context>
    <name>convergence::ClaimsPanel</name>
    <message>
        <source>Claims</source>
        <translation>Behauptungen</translation>
    </message>
    <message>
        <source>&lt;b&gt;Expected:&lt;/b&gt; %1</source>
        <translation>&lt;b&gt;Erwartet:&lt;/b&gt; %1</translation>
    </message>
    <message>
        <source>&lt;b&gt;Threshold from:&lt;/b&gt; %1</source>
        <translation>&lt;b&gt;Die Schwelle kommt von:&lt;/b&gt; %1</translation>
    </message>
    <message>
        <source>&lt;b&gt;Known here:&lt;/b&gt; %1</source>
        <translation>&lt;b&gt;Hier bekannt:&lt;/b&gt; %1</translation>
    </message>
    <message>
        <source>&lt;b&gt;Verified for this release:&lt;/b&gt; %1</source>
        <translation>&lt;b&gt;Für diese Ausgabe nachgeprüft:&lt;/b&gt; %1</translation>
    </message>
    <message>
        <source>&lt;b&gt;Verified for this release:&lt;/b&gt; %1, 1 seed</source>
        <translation>&lt;b&gt;Für diese Ausgabe nachgeprüft:&lt;/b&gt; %1, 1 Startwert</translation>
    </message>
    <message>
        <source>&lt;b&gt;Verified for this release:&lt;/b&gt; %1, %2 seeds</source>
        <translation>&lt;b&gt;Für diese Ausgabe nachgeprüft:&lt;/b&gt; %1, %2 Startwerte</translation>
    </message>
    <message>
        <source>&lt;b&gt;Repeated by this build:&lt;/b&gt; %1</source>
        <translation>&lt;b&gt;Von dieser Fassung wiederholt:&lt;/b&gt; %1</translation>
    </message>
    <message>
        <source>Not yet repeated by this build.</source>
        <translation>Von dieser Fassung noch nicht wiederholt.</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Nachprüfen</translation>
    </message>
    <message>
        <source>&lt;p&gt;Runs the protocol of this claim: %1 runs with %2 seeds.&lt;/p&gt;&lt;p&gt;It must fail with:&lt;/p&gt;&lt;ul&gt;%3&lt;/ul&gt;</source>
        <translation>&lt;p&gt;Führt das Protokoll dieser Behauptung aus: %1 Läufe mit %2 Startwerten.&lt;/p&gt;&lt;p&gt;Sie muss scheitern bei:&lt;/p&gt;&lt;ul&gt;%3&lt;/ul&gt;</translation>
    </message>
    <message>
        <source>○ not yet judged: press Play</source>
        <translation>○ noch nicht beurteilt: Start drücken</translation>
    </message>
    <message>
        <source>○ needs its protocol: press Verify</source>
        <translation>○ braucht ihr Protokoll: Nachprüfen drücken</translation>
    </message>
    <message>
        <source>✔ holds</source>
        <translation>✔ trifft zu</translation>
    </message>
    <message>
        <source>✘ fails</source>
        <translation>✘ trifft nicht zu</translation>
    </message>
    <message>
        <source>… not enough data</source>
        <translation>… nicht genug Daten</translation>
    </message>
    <message>
        <source> (protocol)</source>
        <translation> (Protokoll)</translation>
    </message>
    <message>
        <source> (this run)</source>
        <translation> (dieser Lauf)</translation>
    </message>
    <message>
        <source>&lt;b&gt;Measured:&lt;/b&gt; %1</source>
        <translation>&lt;b&gt;Gemessen:&lt;/b&gt; %1</translation>
    </message>
    <message>
        <source> [%1, %2]</source>
        <translation> [%1, %2]</translation>
    </message>
    <message>
        <source>Cancel (%1 %)</source>
        <translation>Abbrechen (%1 %)</translation>
    </message>
    <message>
        <source>● observed</source>
        <translation>● beobachtet</translation>
    </message>
</context>
<context>
    <name>convergence::ComparisonHeader</name>
    <message>
        <source>Shows the parameters and claims of this side; runs of the list are opened in it.</source>
        <translation>Zeigt die Parameter und Behauptungen dieser Seite; Läufe der Liste werden in ihr geöffnet.</translation>
    </message>
    <message>
        <source>A:  %1</source>
        <translation>A:  %1</translation>
    </message>
    <message>
        <source>B:  %1</source>
        <translation>B:  %1</translation>
    </message>
</context>
<context>
    <name>convergence::ContinuePage</name>
    <message>
        <source>Open now</source>
        <translation>Gerade offen</translation>
    </message>
    <message>
        <source>As you left it</source>
        <translation>Wie zuletzt verlassen</translation>
    </message>
    <message>
        <source>The last time</source>
        <translation>Das letzte Mal</translation>
    </message>
    <message>
        <source>The session of the last time</source>
        <translation>Die letzte Sitzung</translation>
    </message>
    <message>
        <source>Experiment, values, runs and views</source>
        <translation>Experiment, Werte, Läufe und Ansichten</translation>
    </message>
    <message>
        <source>Kept runs</source>
        <translation>Aufbewahrte Läufe</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>Nothing yet: what you open, run and save will be offered here.</source>
        <translation>Noch nichts: Was man öffnet, laufen lässt und speichert, wird hier angeboten.</translation>
    </message>
    <message>
        <source>Own curves</source>
        <translation>Eigene Kurven</translation>
    </message>
</context>
<context>
    <name>convergence::CurveEditor</name>
    <message>
        <source>Drag points; double-click adds one, right-click removes one</source>
        <translation>Punkte ziehen; Doppelklick fügt einen hinzu, Rechtsklick entfernt einen</translation>
    </message>
    <message>
        <source>Drawn curve</source>
        <translation>Gezeichnete Kurve</translation>
    </message>
</context>
<context>
    <name>convergence::CurvesView</name>
    <message>
        <source>Linear/logarithmic x axis	X</source>
        <translation>x-Achse linear/logarithmisch	X</translation>
    </message>
    <message>
        <source>Linear/logarithmic y axis	Y</source>
        <translation>y-Achse linear/logarithmisch	Y</translation>
    </message>
    <message>
        <source>Its arms are hidden: click their chips.</source>
        <translation>Alle Arme darin sind ausgeschaltet: über den Ansichten auf einen Arm klicken.</translation>
    </message>
</context>
<context>
    <name>convergence::ExperimentBrowser</name>
    <message>
        <source>Search title, author, topic</source>
        <translation>Titel, Autor, Thema suchen</translation>
    </message>
    <message>
        <source>Search experiments</source>
        <translation>Experimente suchen</translation>
    </message>
    <message>
        <source>Experiments</source>
        <translation>Experimente</translation>
    </message>
</context>
<context>
    <name>convergence::ExperimentHeader</name>
    <message>
        <source>Diverged arms in full</source>
        <translation>Divergierte Arme ganz</translation>
    </message>
    <message>
        <source>Arms that diverged set the scale of charts and planes too. Otherwise a triangle at the edge says where they went.</source>
        <translation>Auch divergierte Arme bestimmen den Maßstab von Diagrammen und Ebenen. Sonst sagt ein Dreieck am Rand, wohin sie gegangen sind.</translation>
    </message>
</context>
<context>
    <name>convergence::ExperimentPanel</name>
    <message>
        <source>Notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>Notes, kept with the session</source>
        <translation>Notizen, mit der Sitzung aufbewahrt</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Claims</source>
        <translation>Behauptungen</translation>
    </message>
    <message>
        <source>Paper</source>
        <translation>Aufsatz</translation>
    </message>
    <message>
        <source>Parameters of A</source>
        <translation>Parameter von A</translation>
    </message>
    <message>
        <source>Parameters of B</source>
        <translation>Parameter von B</translation>
    </message>
    <message>
        <source>Claims on A</source>
        <translation>Behauptungen zu A</translation>
    </message>
    <message>
        <source>Claims on B</source>
        <translation>Behauptungen zu B</translation>
    </message>
    <message>
        <source>Differences</source>
        <translation>Unterschiede</translation>
    </message>
</context>
<context>
    <name>convergence::FigureDialog</name>
    <message>
        <source>Figure</source>
        <translation>Abbildung</translation>
    </message>
    <message>
        <source>The figure at its true size</source>
        <translation>Die Abbildung in ihrer wahren Größe</translation>
    </message>
    <message>
        <source>&amp;Views</source>
        <translation>&amp;Ansichten</translation>
    </message>
    <message>
        <source>&amp;Style</source>
        <translation>&amp;Stil</translation>
    </message>
    <message>
        <source> mm</source>
        <translation> mm</translation>
    </message>
    <message>
        <source> pt</source>
        <translation> pt</translation>
    </message>
    <message>
        <source>&amp;Width</source>
        <translation>&amp;Breite</translation>
    </message>
    <message>
        <source>&amp;Height of a row</source>
        <translation>&amp;Höhe einer Zeile</translation>
    </message>
    <message>
        <source>&amp;Text</source>
        <translation>&amp;Schriftgröße</translation>
    </message>
    <message>
        <source>&amp;Legend</source>
        <translation>&amp;Legende</translation>
    </message>
    <message>
        <source>at the curves&apos; ends</source>
        <translation>an den Enden der Kurven</translation>
    </message>
    <message>
        <source>inside</source>
        <translation>innen</translation>
    </message>
    <message>
        <source>on the right</source>
        <translation>rechts</translation>
    </message>
    <message>
        <source>below</source>
        <translation>darunter</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>&amp;Beside colors</source>
        <translation>&amp;Neben Farben</translation>
    </message>
    <message>
        <source>marks</source>
        <translation>Marken</translation>
    </message>
    <message>
        <source>dashes</source>
        <translation>Strichelung</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>nichts</translation>
    </message>
    <message>
        <source>T&amp;ype</source>
        <translation>Schri&amp;ft</translation>
    </message>
    <message>
        <source>&amp;Columns</source>
        <translation>S&amp;palten</translation>
    </message>
    <message>
        <source>as the width allows</source>
        <translation>wie die Breite es zulässt</translation>
    </message>
    <message>
        <source>T&amp;itles</source>
        <translation>T&amp;itel</translation>
    </message>
    <message>
        <source>&amp;Grid</source>
        <translation>&amp;Gitter</translation>
    </message>
    <message>
        <source>&amp;Fitted lines</source>
        <translation>Ge&amp;fittete Geraden</translation>
    </message>
    <message>
        <source>L&amp;etters (a), (b)</source>
        <translation>Buchstab&amp;en (a), (b)</translation>
    </message>
    <message>
        <source>Copied: %1</source>
        <translation>Kopiert: %1</translation>
    </message>
    <message>
        <source>Co&amp;py</source>
        <translation>Ko&amp;pieren</translation>
    </message>
    <message>
        <source>Copy c&amp;aption</source>
        <translation>Bildunterschrift ko&amp;pieren</translation>
    </message>
    <message>
        <source>Copy comma&amp;nd</source>
        <translation>Befehl k&amp;opieren</translation>
    </message>
    <message>
        <source>Save …</source>
        <translation>Speichern …</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Copied: the figure as picture, SVG and PDF.</source>
        <translation>Kopiert: die Abbildung als Bild, SVG und PDF.</translation>
    </message>
    <message>
        <source>File for the figure</source>
        <translation>Datei für die Abbildung</translation>
    </message>
    <message>
        <source>PDF (*.pdf)</source>
        <translation>PDF (*.pdf)</translation>
    </message>
    <message>
        <source>SVG (*.svg)</source>
        <translation>SVG (*.svg)</translation>
    </message>
    <message>
        <source>PNG (*.png)</source>
        <translation>PNG (*.png)</translation>
    </message>
    <message>
        <source>LaTeX (*.tex)</source>
        <translation>LaTeX (*.tex)</translation>
    </message>
    <message>
        <source>Python with tables (*.py)</source>
        <translation>Python mit Tabellen (*.py)</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Tabellen (*.csv)</translation>
    </message>
    <message>
        <source>Figure (*.json)</source>
        <translation>Abbildung (*.json)</translation>
    </message>
</context>
<context>
    <name>convergence::Figures</name>
    <message>
        <source>Fi&amp;gure …</source>
        <translation>Ab&amp;bildung …</translation>
    </message>
    <message>
        <source>Figure like the &amp;last</source>
        <translation>Abbildung wie die &amp;letzte</translation>
    </message>
    <message>
        <source>There is no run of which a figure could be made; start one first.</source>
        <translation>Es gibt keinen Lauf, von dem eine Abbildung gemacht werden könnte; starten Sie zuerst einen.</translation>
    </message>
    <message>
        <source>The figure does not say what was recorded.</source>
        <translation>Die Abbildung sagt nicht, was aufgezeichnet wurde.</translation>
    </message>
    <message>
        <source>The tables of this run are the same as those of the figure.</source>
        <translation>Die Tabellen dieses Laufs sind dieselben wie die der Abbildung.</translation>
    </message>
    <message>
        <source>The tables of this run differ from those of the figure, which version %1 made.</source>
        <translation>Die Tabellen dieses Laufs weichen von denen der Abbildung ab, die Version %1 gemacht hat.</translation>
    </message>
    <message>
        <source>Written: %1</source>
        <translation>Geschrieben: %1</translation>
    </message>
</context>
<context>
    <name>convergence::FilmDialog</name>
    <message>
        <source>Film</source>
        <translation>Film</translation>
    </message>
    <message>
        <source>the end</source>
        <translation>zum Ende</translation>
    </message>
    <message>
        <source> s</source>
        <translation> s</translation>
    </message>
    <message>
        <source> pixels</source>
        <translation> Pixel</translation>
    </message>
    <message>
        <source>From &amp;iteration</source>
        <translation>Von &amp;Iteration</translation>
    </message>
    <message>
        <source>From &amp;step, over all trials</source>
        <translation>Von &amp;Schritt, über alle Versuche</translation>
    </message>
    <message>
        <source>T&amp;o iteration</source>
        <translation>&amp;Bis Iteration</translation>
    </message>
    <message>
        <source>T&amp;o step, over all trials</source>
        <translation>&amp;Bis Schritt, über alle Versuche</translation>
    </message>
    <message>
        <source>&amp;Length</source>
        <translation>&amp;Länge</translation>
    </message>
    <message>
        <source>&amp;Pictures a second</source>
        <translation>Bilder je S&amp;ekunde</translation>
    </message>
    <message>
        <source>&amp;Width</source>
        <translation>B&amp;reite</translation>
    </message>
    <message>
        <source>&amp;Height</source>
        <translation>&amp;Höhe</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>&amp;Farben</translation>
    </message>
    <message>
        <source>Choose a file …</source>
        <translation>Datei wählen …</translation>
    </message>
</context>
<context>
    <name>convergence::FilmMaker</name>
    <message>
        <source>The film begins …</source>
        <translation>Der Film beginnt …</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Ende</translation>
    </message>
    <message>
        <source>Film</source>
        <translation>Film</translation>
    </message>
    <message>
        <source>Picture %1 of %2, %3 s left</source>
        <translation>Bild %1 von %2, noch %3 s</translation>
    </message>
    <message>
        <source>Film of a turntable</source>
        <translation>Film einer Drehung</translation>
    </message>
    <message>
        <source>Films (*.webm *.gif)</source>
        <translation>Filme (*.webm *.gif)</translation>
    </message>
</context>
<context>
    <name>convergence::FilmWorker</name>
    <message numerus="yes">
        <source>Written: %1, %n pictures.</source>
        <translation>
            <numerusform>Geschrieben: %1, %n Bild.</numerusform>
            <numerusform>Geschrieben: %1, %n Bilder.</numerusform>
        </translation>
    </message>
    <message>
        <source>Stopped; the film %1 was not written.</source>
        <translation>Beendet; der Film %1 wurde nicht geschrieben.</translation>
    </message>
</context>
<context>
    <name>convergence::Films</name>
    <message>
        <source>There is no run of which a film could be made; start one first.</source>
        <translation>Es gibt keinen Lauf, von dem ein Film gemacht werden könnte; zuerst einen starten.</translation>
    </message>
    <message>
        <source>File for the film</source>
        <translation>Datei für den Film</translation>
    </message>
    <message>
        <source>WebM (*.webm)</source>
        <translation>WebM (*.webm)</translation>
    </message>
    <message>
        <source>GIF (*.gif)</source>
        <translation>GIF (*.gif)</translation>
    </message>
</context>
<context>
    <name>convergence::FrameReplay</name>
    <message>
        <source>Pictures between key frames cannot be replayed: another build of the program made this run.</source>
        <translation>Bilder zwischen den Schlüsselbildern lassen sich nicht nachspielen: eine andere Fassung des Programms hat diesen Lauf gemacht.</translation>
    </message>
</context>
<context>
    <name>convergence::FrameTableModel</name>
    <message>
        <source>best</source>
        <translation>bester</translation>
    </message>
    <message>
        <source>%1. Click to sort by it.</source>
        <translation>%1. Klicken sortiert danach.</translation>
    </message>
</context>
<context>
    <name>convergence::Gallery</name>
    <message>
        <source>No experiment has all of these words.</source>
        <translation>Kein Experiment enthält alle diese Wörter.</translation>
    </message>
</context>
<context>
    <name>convergence::GraphView</name>
    <message>
        <source>Show everything	Home</source>
        <translation>Alles zeigen	Pos1</translation>
    </message>
    <message>
        <source>Ends zooming and panning</source>
        <translation>Beendet Vergrößern und Verschieben</translation>
    </message>
    <message>
        <source>Next node	N</source>
        <translation>Nächster Knoten	N</translation>
    </message>
    <message>
        <source>Tells the next node and shows its edges</source>
        <translation>Nennt den nächsten Knoten und zeigt seine Kanten</translation>
    </message>
    <message>
        <source>Previous node	Shift+N</source>
        <translation>Voriger Knoten	Umschalt+N</translation>
    </message>
    <message>
        <source>Tells the node before and shows its edges</source>
        <translation>Nennt den vorigen Knoten und zeigt seine Kanten</translation>
    </message>
    <message>
        <source>node %1</source>
        <translation>Knoten %1</translation>
    </message>
    <message>
        <source>edges: %1</source>
        <translation>Kanten: %1</translation>
    </message>
</context>
<context>
    <name>convergence::KeptRuns</name>
    <message>
        <source>&amp;Overlay earlier runs</source>
        <translation>&amp;Frühere Läufe darüberlegen</translation>
    </message>
    <message numerus="yes">
        <source>%n run(s) deleted; Undo brings them back.</source>
        <translation>
            <numerusform>%n Lauf gelöscht; Rückgängig holt ihn zurück.</numerusform>
            <numerusform>%n Läufe gelöscht; Rückgängig holt sie zurück.</numerusform>
        </translation>
    </message>
    <message>
        <source>run of version %1</source>
        <translation>Lauf der Version %1</translation>
    </message>
    <message>
        <source>a run</source>
        <translation>einem Lauf</translation>
    </message>
    <message>
        <source> (%1)</source>
        <translation> (%1)</translation>
    </message>
    <message>
        <source>Tick or select runs in the list to compare them with the shown one.</source>
        <translation>Läufe in der Liste ankreuzen oder auswählen, um sie mit dem gezeigten zu vergleichen.</translation>
    </message>
</context>
<context>
    <name>convergence::LessonGuide</name>
    <message>
        <source>Lesson</source>
        <translation>Lektion</translation>
    </message>
    <message>
        <source>Make the lesson&apos;s prediction first.</source>
        <translation>Zuerst die Vorhersage der Lektion machen.</translation>
    </message>
</context>
<context>
    <name>convergence::LessonReader</name>
    <message>
        <source>Text of the lesson</source>
        <translation>Text der Lektion</translation>
    </message>
    <message>
        <source>&amp;Back</source>
        <translation>&amp;Zurück</translation>
    </message>
    <message>
        <source>&amp;Next</source>
        <translation>&amp;Weiter</translation>
    </message>
    <message>
        <source>Lesson</source>
        <translation>Lektion</translation>
    </message>
    <message>
        <source>Choose a lesson</source>
        <translation>Lektion wählen</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1&lt;/b&gt; – step %2 of %3</source>
        <translation>&lt;b&gt;%1&lt;/b&gt; – Schritt %2 von %3</translation>
    </message>
    <message>
        <source>Lessons lead through an experiment in class: read, predict, run, compare. Choose one above.</source>
        <translation>Lektionen führen im Unterricht durch ein Experiment: lesen, vorhersagen, laufen lassen, vergleichen. Oben eine wählen.</translation>
    </message>
    <message>
        <source>Predict:</source>
        <translation>Vorhersagen:</translation>
    </message>
    <message>
        <source>&amp;Run %1 iterations</source>
        <translation>%1 Iterationen &amp;laufen lassen</translation>
    </message>
    <message>
        <source>&amp;Run to the end</source>
        <translation>Bis zum Ende &amp;laufen lassen</translation>
    </message>
    <message>
        <source>Make your prediction first.</source>
        <translation>Zuerst eine Vorhersage machen.</translation>
    </message>
    <message>
        <source>The run did not measure &apos;%1&apos;.</source>
        <translation>Der Lauf hat „%1“ nicht gemessen.</translation>
    </message>
    <message>
        <source>Right: %1 is best.</source>
        <translation>Richtig: %1 ist am besten.</translation>
    </message>
    <message>
        <source>Not this time: %1 is best.</source>
        <translation>Diesmal nicht: %1 ist am besten.</translation>
    </message>
    <message>
        <source>In order: %1.</source>
        <translation>Der Reihe nach: %1.</translation>
    </message>
    <message>
        <source>The view that was predicted is not there.</source>
        <translation>Die vorhergesagte Ansicht gibt es nicht.</translation>
    </message>
    <message>
        <source>Dashed: your prediction. Solid: what %1 did.</source>
        <translation>Gestrichelt: die Vorhersage. Durchgezogen: was %1 tat.</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1 of 100.&lt;/b&gt; </source>
        <translation>&lt;b&gt;%1 von 100.&lt;/b&gt; </translation>
    </message>
    <message>
        <source>&lt;b&gt;%1&lt;/b&gt;&lt;br&gt;Expected: %2. Measured: %3 – %4.</source>
        <translation>&lt;b&gt;%1&lt;/b&gt;&lt;br&gt;Erwartet: %2. Gemessen: %3 – %4.</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1 of 100.&lt;/b&gt;&lt;br&gt;</source>
        <translation>&lt;b&gt;%1 von 100.&lt;/b&gt;&lt;br&gt;</translation>
    </message>
    <message>
        <source>▸ Choose one of these, then run.</source>
        <translation>▸ Hier wählen, dann laufen lassen.</translation>
    </message>
    <message>
        <source>▸ Draw in the axes above, from left to right, then run.</source>
        <translation>▸ Oben in die Achsen zeichnen, von links nach rechts, dann laufen lassen.</translation>
    </message>
    <message>
        <source>▸ It runs. What to look at is told at its end.</source>
        <translation>▸ Es läuft. Was anzusehen ist, steht am Ende hier.</translation>
    </message>
    <message>
        <source>▸ Run it now, by this button or by Space.</source>
        <translation>▸ Jetzt laufen lassen, mit diesem Knopf oder der Leertaste.</translation>
    </message>
    <message>
        <source>This was the last step.</source>
        <translation>Das war der letzte Schritt.</translation>
    </message>
    <message>
        <source>Go on with Next.</source>
        <translation>Mit Weiter geht es weiter.</translation>
    </message>
    <message>
        <source>Then go on with Next.</source>
        <translation>Dann mit Weiter fortfahren.</translation>
    </message>
    <message>
        <source>the claim</source>
        <translation>die Behauptung</translation>
    </message>
    <message>
        <source>Look at %1.</source>
        <translation>Ansehen: %1.</translation>
    </message>
</context>
<context>
    <name>convergence::Lessons</name>
    <message>
        <source>The lesson has ended, as another experiment was opened.</source>
        <translation>Die Lektion ist zu Ende, da ein anderes Experiment geöffnet wurde.</translation>
    </message>
</context>
<context>
    <name>convergence::LineChartView</name>
    <message>
        <source>%1 Keys: X and Y switch an axis between linear and logarithmic, arrows move the data cursor, plus and minus zoom, Home shows everything, brackets choose a legend entry and Space switches it.</source>
        <translation>%1 Tasten: X und Y schalten eine Achse zwischen linear und logarithmisch um, Pfeile bewegen den Datenzeiger, Plus und Minus vergrößern und verkleinern, Pos1 zeigt alles, Klammern wählen einen Eintrag der Legende und die Leertaste schaltet ihn.</translation>
    </message>
    <message>
        <source>Show everything	Home</source>
        <translation>Alles zeigen	Pos1</translation>
    </message>
    <message>
        <source>Ends zooming and panning</source>
        <translation>Beendet Vergrößern und Verschieben</translation>
    </message>
    <message>
        <source>Linear/logarithmic x axis	X</source>
        <translation>x-Achse linear/logarithmisch	X</translation>
    </message>
    <message>
        <source>Linear/logarithmic y axis	Y</source>
        <translation>y-Achse linear/logarithmisch	Y</translation>
    </message>
    <message>
        <source>The %1 axis is logarithmic; switch to linear (%2)</source>
        <translation>Die %1-Achse ist logarithmisch; linear machen (%2)</translation>
    </message>
    <message>
        <source>The %1 axis is linear; switch to logarithmic (%2)</source>
        <translation>Die %1-Achse ist linear; logarithmisch machen (%2)</translation>
    </message>
</context>
<context>
    <name>convergence::MadeFiles</name>
    <message>
        <source>There is no run whose files could be saved; start one first.</source>
        <translation>Es gibt keinen Lauf, dessen Dateien gespeichert werden könnten; bitte zuerst einen starten.</translation>
    </message>
    <message>
        <source>Folder for what the trials made</source>
        <translation>Ordner für die Ergebnisse der Versuche</translation>
    </message>
    <message>
        <source>&amp;Save what the trials made …</source>
        <translation>Ergebnisse der Versuche &amp;speichern …</translation>
    </message>
    <message>
        <source>Saves %1</source>
        <translation>Speichert: %1</translation>
    </message>
    <message>
        <source>The trials of this experiment make no files besides their tables</source>
        <translation>Die Versuche dieses Experiments machen außer ihren Tabellen keine Dateien</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) saved in %1: %2.</source>
        <translation>
            <numerusform>%n Datei in %1 gespeichert: %2.</numerusform>
            <numerusform>%n Dateien in %1 gespeichert: %2.</numerusform>
        </translation>
    </message>
    <message>
        <source>Nothing was saved: the trials have made nothing yet.</source>
        <translation>Nichts wurde gespeichert: Die Versuche haben noch nichts gemacht.</translation>
    </message>
</context>
<context>
    <name>convergence::MainWindow</name>
    <message>
        <source>Convergence Lab</source>
        <translation>Convergence Lab</translation>
    </message>
    <message>
        <source>Choose an experiment and press Play.</source>
        <translation>Ein Experiment wählen und Start drücken.</translation>
    </message>
    <message>
        <source>%1 – Convergence Lab</source>
        <translation>%1 – Convergence Lab</translation>
    </message>
</context>
<context>
    <name>convergence::Menus</name>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Copy command line</source>
        <translation>&amp;Kommandozeile kopieren</translation>
    </message>
    <message>
        <source>&amp;Export view …</source>
        <translation>&amp;Ansicht ausgeben …</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>&amp;Find experiment</source>
        <translation>Experiment &amp;suchen</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Views of the experiment</source>
        <translation>&amp;Ansichten des Experiments</translation>
    </message>
    <message>
        <source>One view, or all again</source>
        <translation>Eine Ansicht, oder wieder alle</translation>
    </message>
    <message>
        <source>One view on the &amp;full screen</source>
        <translation>Eine Ansicht auf dem ganzen &amp;Bildschirm</translation>
    </message>
    <message>
        <source>Reset &amp;arrangement</source>
        <translation>A&amp;nordnung zurücksetzen</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>&amp;Farben</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>&amp;Sprache</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Projector</source>
        <translation>Projektor</translation>
    </message>
    <message>
        <source>%1 is used when the program is started the next time.</source>
        <translation>%1 wird beim nächsten Start des Programms verwendet.</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>&amp;Lauf</translation>
    </message>
    <message>
        <source>&amp;Differences of runs</source>
        <translation>&amp;Unterschiede der Läufe</translation>
    </message>
    <message>
        <source>S&amp;weep …</source>
        <translation>&amp;Durchlauf …</translation>
    </message>
    <message>
        <source>&amp;Messages</source>
        <translation>&amp;Meldungen</translation>
    </message>
    <message>
        <source>&amp;Lessons</source>
        <translation>&amp;Lektionen</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation>&amp;Tasten</translation>
    </message>
    <message>
        <source>&amp;Commands …</source>
        <translation>&amp;Befehle …</translation>
    </message>
    <message>
        <source>&amp;Messages of this session</source>
        <translation>&amp;Meldungen dieser Sitzung</translation>
    </message>
    <message>
        <source>&amp;About</source>
        <translation>&amp;Über</translation>
    </message>
    <message>
        <source>Experiment › %1</source>
        <translation>Experiment › %1</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Über</translation>
    </message>
    <message>
        <source>&lt;b&gt;Convergence Lab %1&lt;/b&gt;&lt;p&gt;Watch the algorithms of papers on convergence run live, and see whether their claims hold.&lt;/p&gt;</source>
        <translation>&lt;b&gt;Convergence Lab %1&lt;/b&gt;&lt;p&gt;Den Algorithmen von Aufsätzen über Konvergenz beim Laufen zusehen, und sehen, ob ihre Behauptungen zutreffen.&lt;/p&gt;</translation>
    </message>
    <message>
        <source>&amp;Film of view …</source>
        <translation>&amp;Film der Ansicht …</translation>
    </message>
    <message>
        <source>Start &amp;page</source>
        <translation>Start&amp;seite</translation>
    </message>
    <message>
        <source>&amp;Close view</source>
        <translation>Ansicht &amp;schließen</translation>
    </message>
    <message>
        <source>&amp;Print worksheet …</source>
        <translation>Arbeitsblatt &amp;drucken …</translation>
    </message>
</context>
<context>
    <name>convergence::MessageBar</name>
    <message>
        <source>Messages</source>
        <translation>Meldungen</translation>
    </message>
    <message>
        <source>Messages of this session, the newest last</source>
        <translation>Meldungen dieser Sitzung, die neueste zuletzt</translation>
    </message>
    <message>
        <source>No messages yet</source>
        <translation>Noch keine Meldungen</translation>
    </message>
    <message>
        <source>Dismiss the message</source>
        <translation>Die Meldung schließen</translation>
    </message>
    <message>
        <source>Dismiss; it stays among the messages</source>
        <translation>Schließen; sie bleibt unter den Meldungen</translation>
    </message>
</context>
<context>
    <name>convergence::OrbitView</name>
    <message>
        <source>Look from the first viewpoint	Home</source>
        <translation>Vom ersten Standpunkt sehen	Pos1</translation>
    </message>
    <message>
        <source>There is nothing to see here, since views in space need OpenGL.
%1</source>
        <translation>Hier gibt es nichts zu sehen, da räumliche Ansichten OpenGL brauchen.
%1</translation>
    </message>
</context>
<context>
    <name>convergence::PaperPanel</name>
    <message>
        <source>Paper</source>
        <translation>Aufsatz</translation>
    </message>
    <message>
        <source>### Questions</source>
        <translation>### Fragen</translation>
    </message>
    <message>
        <source>Read it large</source>
        <translation>Groß lesen</translation>
    </message>
</context>
<context>
    <name>convergence::ParallelCoordinatesView</name>
    <message>
        <source>Lines appear as trials finish.</source>
        <translation>Linien erscheinen, sobald Versuche enden.</translation>
    </message>
</context>
<context>
    <name>convergence::ParameterDifferences</name>
    <message>
        <source>Parameters in which the runs differ</source>
        <translation>Parameter, in denen sich die Läufe unterscheiden</translation>
    </message>
    <message>
        <source>These runs do not differ.</source>
        <translation>Diese Läufe unterscheiden sich nicht.</translation>
    </message>
</context>
<context>
    <name>convergence::ParameterEditor</name>
    <message>
        <source>Choose a folder</source>
        <translation>Ordner wählen</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>Datei wählen</translation>
    </message>
    <message>
        <source>Choose a file or folder</source>
        <translation>Datei oder Ordner wählen</translation>
    </message>
</context>
<context>
    <name>convergence::ParameterForm</name>
    <message>
        <source>%1, in %2</source>
        <translation>%1, in %2</translation>
    </message>
    <message>
        <source>%1; default %2.&lt;br&gt;Name on the command line: %3.</source>
        <translation>%1; Vorgabewert %2.&lt;br&gt;Name auf der Kommandozeile: %3.</translation>
    </message>
    <message>
        <source>May change during a run.</source>
        <translation>Darf sich während eines Laufs ändern.</translation>
    </message>
    <message>
        <source>&amp;Preset</source>
        <translation>&amp;Vorgabe</translation>
    </message>
    <message>
        <source>own values</source>
        <translation>eigene Werte</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>Reset all</source>
        <translation>Alles zurück</translation>
    </message>
    <message>
        <source>Every parameter back to its default</source>
        <translation>Jeden Parameter auf seinen Vorgabewert zurück</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>reset all parameters</source>
        <translation>alle Parameter zurücksetzen</translation>
    </message>
    <message>
        <source>Reset %1</source>
        <translation>%1 zurücksetzen</translation>
    </message>
    <message>
        <source>reset %1</source>
        <translation>%1 zurücksetzen</translation>
    </message>
    <message>
        <source>change of %1</source>
        <translation>Änderung von %1</translation>
    </message>
    <message>
        <source>preset %1</source>
        <translation>Vorgabe %1</translation>
    </message>
    <message>
        <source>Find a parameter</source>
        <translation>Parameter suchen</translation>
    </message>
    <message>
        <source>Further</source>
        <translation>Weitere</translation>
    </message>
    <message>
        <source>1 parameter has no effect at these values and is hidden: it depends on %1.</source>
        <translation>1 Parameter hat bei diesen Werten keine Wirkung und ist ausgeblendet: Er hängt ab von %1.</translation>
    </message>
    <message>
        <source>%1 parameters have no effect at these values and are hidden: they depend on %2.</source>
        <translation>%1 Parameter haben bei diesen Werten keine Wirkung und sind ausgeblendet: Sie hängen ab von %2.</translation>
    </message>
    <message>
        <source>Back to %1</source>
        <translation>Zurück auf %1</translation>
    </message>
</context>
<context>
    <name>convergence::PicturePager</name>
    <message>
        <source>Pictures before (Left)</source>
        <translation>Bilder davor (Links)</translation>
    </message>
    <message>
        <source>Choose the picture to begin with</source>
        <translation>Mit welchem Bild es beginnt</translation>
    </message>
    <message>
        <source>Further pictures (Right)</source>
        <translation>Weitere Bilder (Rechts)</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message>
        <source>picture %1</source>
        <translation>Bild %1</translation>
    </message>
</context>
<context>
    <name>convergence::PicturesView</name>
    <message>
        <source>Whole pictures	Home</source>
        <translation>Ganze Bilder	Pos1</translation>
    </message>
    <message>
        <source>Shows the whole pictures again</source>
        <translation>Zeigt wieder die ganzen Bilder</translation>
    </message>
    <message>
        <source>column %1, row %2</source>
        <translation>Spalte %1, Zeile %2</translation>
    </message>
</context>
<context>
    <name>convergence::PivotView</name>
    <message>
        <source>Cells fill in as trials finish.</source>
        <translation>Felder füllen sich, sobald Versuche enden.</translation>
    </message>
    <message>
        <source>%1 of %2 diverged</source>
        <translation>%1 von %2 divergiert</translation>
    </message>
</context>
<context>
    <name>convergence::PlotView</name>
    <message>
        <source>Copy picture</source>
        <translation>Bild kopieren</translation>
    </message>
    <message>
        <source>Puts the picture on the clipboard</source>
        <translation>Legt das Bild in die Zwischenablage</translation>
    </message>
    <message>
        <source>Copy data</source>
        <translation>Zahlen kopieren</translation>
    </message>
    <message>
        <source>Puts the numbers shown on the clipboard as CSV</source>
        <translation>Legt die gezeigten Zahlen als CSV in die Zwischenablage</translation>
    </message>
    <message>
        <source>Copy LaTeX (PGFPlots)</source>
        <translation>LaTeX kopieren (PGFPlots)</translation>
    </message>
    <message>
        <source>Puts a LaTeX document of this picture on the clipboard</source>
        <translation>Legt ein LaTeX-Dokument dieses Bildes in die Zwischenablage</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Ausgeben…</translation>
    </message>
    <message>
        <source>Writes the picture (PNG, SVG, PDF), the numbers or LaTeX</source>
        <translation>Schreibt das Bild (PNG, SVG, PDF), die Zahlen oder LaTeX</translation>
    </message>
    <message>
        <source>Copy, export and more for this view</source>
        <translation>Kopieren, Ausgeben und mehr für diese Ansicht</translation>
    </message>
    <message>
        <source>Menu of %1</source>
        <translation>Menü von %1</translation>
    </message>
    <message>
        <source>Choose: %1</source>
        <translation>Auswählen: %1</translation>
    </message>
    <message>
        <source>Film…</source>
        <translation>Film …</translation>
    </message>
    <message>
        <source>Writes a film of this view over the run (WebM, GIF)</source>
        <translation>Schreibt einen Film dieser Ansicht über den Lauf (WebM, GIF)</translation>
    </message>
</context>
<context>
    <name>convergence::PointsInSpaceView</name>
    <message>
        <source>Next point	N</source>
        <translation>Nächster Punkt	N</translation>
    </message>
    <message>
        <source>Rings and tells the next point</source>
        <translation>Umringt und nennt den nächsten Punkt</translation>
    </message>
    <message>
        <source>Previous point	Shift+N</source>
        <translation>Voriger Punkt	Umschalt+N</translation>
    </message>
    <message>
        <source>Rings and tells the point before</source>
        <translation>Umringt und nennt den Punkt davor</translation>
    </message>
</context>
<context>
    <name>convergence::PointsView</name>
    <message>
        <source>Show everything	Home</source>
        <translation>Alles zeigen	Pos1</translation>
    </message>
    <message>
        <source>Ends zooming and panning</source>
        <translation>Beendet Vergrößern und Verschieben</translation>
    </message>
    <message>
        <source>holds 50, 80, 95 %</source>
        <translation>umfasst 50, 80, 95 %</translation>
    </message>
    <message>
        <source>point %1</source>
        <translation>Punkt %1</translation>
    </message>
</context>
<context>
    <name>convergence::PredictionCanvas</name>
    <message>
        <source>Your prediction</source>
        <translation>Vorhersage</translation>
    </message>
    <message>
        <source>Draw the curve that you expect with the pointer, or move the cursor with the arrow keys; Delete begins anew.</source>
        <translation>Die erwartete Kurve mit dem Zeiger zeichnen oder mit den Pfeiltasten führen; Entf beginnt von vorn.</translation>
    </message>
    <message>
        <source>Draw the curve that you expect.</source>
        <translation>Die erwartete Kurve zeichnen.</translation>
    </message>
</context>
<context>
    <name>convergence::RunController</name>
    <message>
        <source>run %1</source>
        <translation>Lauf %1</translation>
    </message>
    <message>
        <source>This run cannot be continued: it was recorded by another build of the program (%1, this one is %2), whose numbers may differ. Restart it instead.</source>
        <translation>Dieser Lauf lässt sich nicht fortsetzen: eine andere Fassung des Programms hat ihn aufgezeichnet (%1, diese ist %2), deren Zahlen abweichen können. Statt dessen neu beginnen.</translation>
    </message>
</context>
<context>
    <name>convergence::RunDesk</name>
    <message>
        <source>Change a value on the right: A and B run in lock step. F9 ends it.</source>
        <translation>Rechts einen Wert ändern: A und B laufen im Gleichschritt. F9 beendet es.</translation>
    </message>
</context>
<context>
    <name>convergence::RunFilm</name>
    <message>
        <source>The film %1 was not made: another build of the program made this run, so that it cannot be replayed.</source>
        <translation>Der Film %1 wurde nicht gemacht: Ein anderer Bau des Programms hat diesen Lauf gemacht, so dass er nicht wiederholt werden kann.</translation>
    </message>
    <message>
        <source>Stopped; the film %1 was not written.</source>
        <translation>Beendet; der Film %1 wurde nicht geschrieben.</translation>
    </message>
</context>
<context>
    <name>convergence::RunList</name>
    <message>
        <source>Filter by name, tag, state, notes</source>
        <translation>Nach Name, Schlagwort, Zustand, Notizen filtern</translation>
    </message>
    <message>
        <source>Filter runs</source>
        <translation>Läufe filtern</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>Neueste zuerst</translation>
    </message>
    <message>
        <source>Oldest first</source>
        <translation>Älteste zuerst</translation>
    </message>
    <message>
        <source>By name</source>
        <translation>Nach Name</translation>
    </message>
    <message>
        <source>By state</source>
        <translation>Nach Zustand</translation>
    </message>
    <message>
        <source>Furthest first</source>
        <translation>Weiteste zuerst</translation>
    </message>
    <message>
        <source>Order of the runs</source>
        <translation>Reihenfolge der Läufe</translation>
    </message>
    <message>
        <source>Order of the runs; pinned ones always come first</source>
        <translation>Reihenfolge der Läufe; angeheftete kommen immer zuerst</translation>
    </message>
    <message>
        <source>Kept runs</source>
        <translation>Aufbewahrte Läufe</translation>
    </message>
    <message>
        <source>Ticked runs are drawn over the present one</source>
        <translation>Angekreuzte Läufe werden über den jetzigen gezeichnet</translation>
    </message>
    <message>
        <source>Name of the run</source>
        <translation>Name des Laufs</translation>
    </message>
    <message>
        <source>Tags of the run, separated by commas</source>
        <translation>Schlagwörter des Laufs, durch Kommas getrennt</translation>
    </message>
    <message>
        <source>one, two</source>
        <translation>eins, zwei</translation>
    </message>
    <message>
        <source>Notes on the run</source>
        <translation>Notizen zum Lauf</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Schlagwörter</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Show this run</source>
        <translation>Diesen Lauf zeigen</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Replay this run from its seed and go on</source>
        <translation>Diesen Lauf von seinem Startwert an nachspielen und fortsetzen</translation>
    </message>
    <message>
        <source>Pin</source>
        <translation>Anheften</translation>
    </message>
    <message>
        <source>Keep this run at the top</source>
        <translation>Diesen Lauf oben halten</translation>
    </message>
    <message>
        <source>≠</source>
        <translation>≠</translation>
    </message>
    <message>
        <source>Parameters in which the runs differ</source>
        <translation>Parameter, in denen sich die Läufe unterscheiden</translation>
    </message>
    <message>
        <source>✕</source>
        <translation>✕</translation>
    </message>
    <message>
        <source>Delete the selected runs</source>
        <translation>Die ausgewählten Läufe löschen</translation>
    </message>
    <message>
        <source> (shown)</source>
        <translation> (gezeigt)</translation>
    </message>
</context>
<context>
    <name>convergence::RunPlayer</name>
    <message>
        <source>&amp;Play or pause</source>
        <translation>&amp;Starten oder anhalten</translation>
    </message>
    <message>
        <source>&amp;Step</source>
        <translation>Sch&amp;ritt</translation>
    </message>
    <message>
        <source>&amp;Restart</source>
        <translation>&amp;Neu beginnen</translation>
    </message>
    <message>
        <source>&amp;Branch from here</source>
        <translation>Hier a&amp;bzweigen</translation>
    </message>
    <message>
        <source>A new run that is this one up to the iteration gone back to</source>
        <translation>Ein neuer Lauf, der bis zur gewählten Iteration dieser ist</translation>
    </message>
    <message>
        <source>Preparing …</source>
        <translation>Wird vorbereitet …</translation>
    </message>
    <message>
        <source>beside another run</source>
        <translation>neben einem anderen Lauf</translation>
    </message>
    <message>
        <source>Replaying the run from its seed …</source>
        <translation>Der Lauf wird von seinem Startwert an nachgespielt …</translation>
    </message>
    <message>
        <source>branch of %1 at iteration %2</source>
        <translation>Abzweig von %1 bei Iteration %2</translation>
    </message>
    <message>
        <source>A new run is at iteration %1 of the old one. Change parameters marked as live and play on.</source>
        <translation>Ein neuer Lauf steht bei Iteration %1 des alten. Parameter, die sich während des Laufs ändern dürfen, ändern und weiterlaufen lassen.</translation>
    </message>
    <message>
        <source>A kept run of version %1, %2.</source>
        <translation>Ein aufbewahrter Lauf der Version %1, %2.</translation>
    </message>
</context>
<context>
    <name>convergence::RunSide</name>
    <message>
        <source>replaying to iteration %1: %2 %</source>
        <translation>wird bis Iteration %1 nachgespielt: %2 %</translation>
    </message>
    <message>
        <source>iteration %1, replayed</source>
        <translation>Iteration %1, nachgespielt</translation>
    </message>
    <message>
        <source>iteration %1, pictures of %2</source>
        <translation>Iteration %1, Bilder von %2</translation>
    </message>
    <message>
        <source>iteration %1</source>
        <translation>Iteration %1</translation>
    </message>
    <message>
        <source>%1 of %2 trials</source>
        <translation>%1 von %2 Versuchen</translation>
    </message>
</context>
<context>
    <name>convergence::RunStore</name>
    <message>
        <source>Runs are not kept: %1</source>
        <translation>Läufe werden nicht aufbewahrt: %1</translation>
    </message>
</context>
<context>
    <name>convergence::SceneView</name>
    <message>
        <source>Play or pause the episode	P</source>
        <translation>Ablauf abspielen oder anhalten	P</translation>
    </message>
    <message>
        <source>Plays the episode in a loop, or stops where it is</source>
        <translation>Spielt den Ablauf immer wieder ab oder hält ihn an</translation>
    </message>
    <message>
        <source>One pose on	.</source>
        <translation>Eine Stellung weiter	.</translation>
    </message>
    <message>
        <source>Stops at the next pose</source>
        <translation>Hält bei der nächsten Stellung an</translation>
    </message>
    <message>
        <source>One pose back	,</source>
        <translation>Eine Stellung zurück	,</translation>
    </message>
    <message>
        <source>Stops at the pose before</source>
        <translation>Hält bei der vorigen Stellung an</translation>
    </message>
    <message>
        <source>Show everything	Home</source>
        <translation>Alles zeigen	Pos1</translation>
    </message>
    <message>
        <source>Ends zooming and panning</source>
        <translation>Beendet Vergrößern und Verschieben</translation>
    </message>
    <message>
        <source>Pause the episode (P)</source>
        <translation>Ablauf anhalten (P)</translation>
    </message>
    <message>
        <source>Play the episode (P)</source>
        <translation>Ablauf abspielen (P)</translation>
    </message>
</context>
<context>
    <name>convergence::SessionDesk</name>
    <message>
        <source>Copied: %1. It starts as this run did; the changes made while it ran are not part of it.</source>
        <translation>Kopiert: %1. Es beginnt wie dieser Lauf; die Änderungen während des Laufs gehören nicht dazu.</translation>
    </message>
    <message>
        <source>Copied: %1</source>
        <translation>Kopiert: %1</translation>
    </message>
    <message>
        <source>The log of these own curves cannot be read, and they are not kept.</source>
        <translation>Das Protokoll dieser eigenen Kurven ist nicht lesbar, und aufbewahrt sind sie nicht.</translation>
    </message>
    <message>
        <source>%1 The curves are shown as they were kept.</source>
        <translation>%1 Die Kurven werden gezeigt, wie sie aufbewahrt sind.</translation>
    </message>
</context>
<context>
    <name>convergence::SessionFiles</name>
    <message>
        <source>Opening %1 …</source>
        <translation>%1 wird geöffnet …</translation>
    </message>
    <message>
        <source>Opened: %1</source>
        <translation>Geöffnet: %1</translation>
    </message>
    <message>
        <source>Written: %1</source>
        <translation>Geschrieben: %1</translation>
    </message>
    <message>
        <source>Writing %1 …</source>
        <translation>%1 wird geschrieben …</translation>
    </message>
    <message>
        <source>Save the session</source>
        <translation>Die Sitzung speichern</translation>
    </message>
    <message>
        <source>Sessions (*.clab *.json)</source>
        <translation>Sitzungen (*.clab *.json)</translation>
    </message>
    <message>
        <source>&amp;Open …</source>
        <translation>&amp;Öffnen …</translation>
    </message>
    <message>
        <source>Open a session, a bundle or a log of your own</source>
        <translation>Eine Sitzung, ein Bündel oder ein eigenes Protokoll öffnen</translation>
    </message>
    <message>
        <source>Sessions and bundles (*.clab *.clabz *.json *.zip)</source>
        <translation>Sitzungen und Bündel (*.clab *.clabz *.json *.zip)</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>Zu&amp;letzt geöffnet</translation>
    </message>
    <message>
        <source>&amp;Save session</source>
        <translation>Sitzung &amp;speichern</translation>
    </message>
    <message>
        <source>Save session &amp;as …</source>
        <translation>Sitzung speichern &amp;unter …</translation>
    </message>
    <message>
        <source>Export &amp;bundle …</source>
        <translation>&amp;Bündel ausgeben …</translation>
    </message>
    <message>
        <source>Export session, data and pictures</source>
        <translation>Sitzung, Zahlen und Bilder ausgeben</translation>
    </message>
    <message>
        <source>Bundles (*.clabz *.zip)</source>
        <translation>Bündel (*.clabz *.zip)</translation>
    </message>
    <message>
        <source>No files yet</source>
        <translation>Noch keine Dateien</translation>
    </message>
    <message>
        <source>The last session was not restored. %1</source>
        <translation>Die letzte Sitzung wurde nicht wiederhergestellt. %1</translation>
    </message>
    <message>
        <source>Logs of training (*.csv *.tsv *.txt *.tab *.gz)</source>
        <translation>Trainingsprotokolle (*.csv *.tsv *.txt *.tab *.gz)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
</context>
<context>
    <name>convergence::SidePanels</name>
    <message>
        <source>Experiments</source>
        <translation>Experimente</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>Experiment</source>
        <translation>Experiment</translation>
    </message>
</context>
<context>
    <name>convergence::Sides</name>
    <message>
        <source>Side by side (&amp;A/B)</source>
        <translation>Nebeneinander (&amp;A/B)</translation>
    </message>
    <message>
        <source>Two parameter sets of this experiment, in lock step</source>
        <translation>Zwei Sätze von Parametern dieses Experiments im Gleichschritt</translation>
    </message>
    <message>
        <source>Parameters of A</source>
        <translation>Parameter von A</translation>
    </message>
    <message>
        <source>Parameters of B</source>
        <translation>Parameter von B</translation>
    </message>
    <message>
        <source>Give B the values of A</source>
        <translation>B die Werte von A geben</translation>
    </message>
    <message>
        <source>B: %1</source>
        <translation>B: %1</translation>
    </message>
    <message>
        <source>the same values</source>
        <translation>dieselben Werte</translation>
    </message>
    <message>
        <source>A</source>
        <translation>A</translation>
    </message>
    <message>
        <source>shown</source>
        <translation>gezeigt</translation>
    </message>
    <message>
        <source>B</source>
        <translation>B</translation>
    </message>
</context>
<context>
    <name>convergence::StartPage</name>
    <message>
        <source>Search: a topic (momentum, privacy, federated), a title, an author</source>
        <translation>Suche: ein Thema (momentum, privacy, federated), ein Titel, ein Name</translation>
    </message>
    <message>
        <source>Search experiments and lessons</source>
        <translation>Experimente und Lektionen suchen</translation>
    </message>
    <message>
        <source>Explore, teach or continue</source>
        <translation>Entdecken, lehren oder fortsetzen</translation>
    </message>
    <message>
        <source>&amp;Explore</source>
        <translation>&amp;Entdecken</translation>
    </message>
    <message>
        <source>&amp;Teach</source>
        <translation>&amp;Lehren</translation>
    </message>
    <message>
        <source>&amp;Continue</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
</context>
<context>
    <name>convergence::SurfaceView</name>
    <message>
        <source>Linear or logarithmic heights above the minimum (L)</source>
        <translation>Höhen über dem Minimum linear oder logarithmisch (L)</translation>
    </message>
    <message>
        <source>Linear/logarithmic heights</source>
        <translation>Höhen linear/logarithmisch</translation>
    </message>
    <message>
        <source>height: lin</source>
        <translation>Höhe: lin</translation>
    </message>
    <message>
        <source>height: log</source>
        <translation>Höhe: log</translation>
    </message>
    <message>
        <source>%1 from %2 to %3</source>
        <translation>%1 von %2 bis %3</translation>
    </message>
</context>
<context>
    <name>convergence::SweepDesigner</name>
    <message>
        <source>values, e.g. 1, 2, 4</source>
        <translation>Werte, z. B. 1, 2, 4</translation>
    </message>
    <message>
        <source>from, to, count</source>
        <translation>von, bis, Anzahl</translation>
    </message>
    <message>
        <source>from, to</source>
        <translation>von, bis</translation>
    </message>
    <message>
        <source>mean, deviation</source>
        <translation>Mittel, Abweichung</translation>
    </message>
    <message>
        <source>Parameter</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Vary</source>
        <translation>Verändern</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>Werte</translation>
    </message>
    <message>
        <source>Parameters and how each is varied</source>
        <translation>Parameter und wie jeder verändert wird</translation>
    </message>
    <message>
        <source>Seeds</source>
        <translation>Startwerte</translation>
    </message>
    <message>
        <source>Runs of each combination, with seeds 0, 1, ...</source>
        <translation>Läufe jeder Kombination, mit Startwerten 0, 1, ...</translation>
    </message>
    <message>
        <source>Draws</source>
        <translation>Ziehungen</translation>
    </message>
    <message>
        <source>How often the random axes are drawn</source>
        <translation>Wie oft die zufälligen Achsen gezogen werden</translation>
    </message>
    <message>
        <source>Processes</source>
        <translation>Prozesse</translation>
    </message>
    <message>
        <source>Worker processes; 0 is one a core</source>
        <translation>Arbeitsprozesse; 0 ist einer je Kern</translation>
    </message>
    <message>
        <source>Judge the claims of every run</source>
        <translation>Die Behauptungen jedes Laufs beurteilen</translation>
    </message>
    <message>
        <source>Keep whole recordings</source>
        <translation>Ganze Aufzeichnungen aufbewahren</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>&amp;Lauf</translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>Tasks with a result</source>
        <translation>Aufgaben mit Ergebnis</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1&lt;/b&gt;: choose what varies; everything else keeps the values of the parameter form.</source>
        <translation>&lt;b&gt;%1&lt;/b&gt;: wählen, was sich ändert; alles andere behält die Werte des Formulars.</translation>
    </message>
    <message>
        <source>How %1 varies</source>
        <translation>Wie sich %1 ändert</translation>
    </message>
    <message>
        <source>Values of %1</source>
        <translation>Werte von %1</translation>
    </message>
    <message>
        <source>1 task.</source>
        <translation>1 Aufgabe.</translation>
    </message>
    <message>
        <source>%1 tasks.</source>
        <translation>%1 Aufgaben.</translation>
    </message>
    <message>
        <source>S&amp;uggest</source>
        <translation>&amp;Vorschlag</translation>
    </message>
    <message>
        <source>Varies the main number of this experiment over a decade, three seeds each</source>
        <translation>Variiert die wichtigste Zahl dieses Experiments über eine Dekade, je drei Seeds</translation>
    </message>
    <message>
        <source>a list</source>
        <translation>eine Liste</translation>
    </message>
    <message>
        <source>equal steps</source>
        <translation>gleiche Schritte</translation>
    </message>
    <message>
        <source>equal factors</source>
        <translation>gleiche Faktoren</translation>
    </message>
    <message>
        <source>drawn evenly</source>
        <translation>gleichverteilt gezogen</translation>
    </message>
    <message>
        <source>drawn by factors</source>
        <translation>in Faktoren gezogen</translation>
    </message>
    <message>
        <source>drawn normally</source>
        <translation>normalverteilt gezogen</translation>
    </message>
    <message>
        <source>fixed</source>
        <translation>fest</translation>
    </message>
    <message>
        <source>%1 Accepted: %2.</source>
        <translation>%1 Zulässig: %2.</translation>
    </message>
</context>
<context>
    <name>convergence::SweepResultsPanel</name>
    <message>
        <source>&amp;Metric</source>
        <translation>&amp;Messgröße</translation>
    </message>
    <message>
        <source>A&amp;cross</source>
        <translation>&amp;Quer</translation>
    </message>
    <message>
        <source>&amp;Down</source>
        <translation>&amp;Abwärts</translation>
    </message>
    <message>
        <source>Tasks</source>
        <translation>Aufgaben</translation>
    </message>
    <message>
        <source>Heat map</source>
        <translation>Wärmebild</translation>
    </message>
    <message>
        <source>Metric against axis</source>
        <translation>Messgröße über Achse</translation>
    </message>
    <message>
        <source>Small multiples</source>
        <translation>Kleine Vielfache</translation>
    </message>
    <message>
        <source>Parallel coordinates</source>
        <translation>Parallele Koordinaten</translation>
    </message>
    <message>
        <source>Task</source>
        <translation>Aufgabe</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Seconds</source>
        <translation>Sekunden</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Meldung</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Ausgeben</translation>
    </message>
    <message>
        <source>Pictures and data (*.svg *.pdf *.png *.csv *.tex)</source>
        <translation>Bilder und Zahlen (*.svg *.pdf *.png *.csv *.tex)</translation>
    </message>
    <message>
        <source>Here will be, as soon as the first tasks are done: a heat map over two of the axes, the metric against one of them, small charts for the values of another, all axes side by side, and the list of tasks. A click on a cell or a line opens its run.</source>
        <translation>Hier stehen, sobald die ersten Aufgaben fertig sind: eine Heatmap über zwei der Achsen, die Metrik gegen eine davon, kleine Diagramme für die Werte einer weiteren, alle Achsen nebeneinander und die Liste der Aufgaben. Ein Klick auf eine Zelle oder Linie öffnet ihren Lauf.</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Ergebnisse</translation>
    </message>
</context>
<context>
    <name>convergence::SweepWindow</name>
    <message>
        <source>Sweep – Convergence Lab</source>
        <translation>Durchlauf – Convergence Lab</translation>
    </message>
    <message>
        <source>The sweep cannot be started: %1.</source>
        <translation>Der Durchlauf kann nicht beginnen: %1.</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Open sweep or results …</source>
        <translation>Durchlauf oder Ergebnisse ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>&amp;Save sweep file …</source>
        <translation>Durchlauf &amp;speichern …</translation>
    </message>
    <message>
        <source>&amp;Close</source>
        <translation>S&amp;chließen</translation>
    </message>
    <message>
        <source>Results in %1</source>
        <translation>Ergebnisse in %1</translation>
    </message>
    <message>
        <source>Save sweep file</source>
        <translation>Durchlauf speichern</translation>
    </message>
    <message>
        <source>Sweeps (*.json)</source>
        <translation>Durchläufe (*.json)</translation>
    </message>
    <message>
        <source>Run it anywhere with: convergence-lab sweep %1</source>
        <translation>Überall auszuführen mit: convergence-lab sweep %1</translation>
    </message>
    <message>
        <source>Open a sweep file, or the results of a sweep</source>
        <translation>Einen Durchlauf oder seine Ergebnisse öffnen</translation>
    </message>
    <message>
        <source>Sweeps and results (*.json *.sqlite)</source>
        <translation>Durchläufe und Ergebnisse (*.json *.sqlite)</translation>
    </message>
</context>
<context>
    <name>convergence::TableView</name>
    <message>
        <source>Columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>Sort by this column	S</source>
        <translation>Nach dieser Spalte sortieren	S</translation>
    </message>
    <message>
        <source>Sorts by the column of the chosen cell, then the other way round, then not at all</source>
        <translation>Sortiert nach der Spalte der gewählten Zelle, dann umgekehrt, dann gar nicht</translation>
    </message>
    <message>
        <source>… and %1 more</source>
        <translation>… und %1 weitere</translation>
    </message>
</context>
<context>
    <name>convergence::TeachPage</name>
    <message>
        <source>Further lessons</source>
        <translation>Weitere Lektionen</translation>
    </message>
    <message>
        <source>%1 minutes</source>
        <translation>%1 Minuten</translation>
    </message>
    <message numerus="yes">
        <source>%n steps</source>
        <translation>
            <numerusform>%n Schritt</numerusform>
            <numerusform>%n Schritte</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>convergence::TextView</name>
    <message>
        <source>Press play to see this text.</source>
        <translation>Nach dem Start steht hier dieser Text.</translation>
    </message>
</context>
<context>
    <name>convergence::TimelineView</name>
    <message>
        <source>Show everything	Home</source>
        <translation>Alles zeigen	Pos1</translation>
    </message>
    <message>
        <source>Ends zooming and panning</source>
        <translation>Beendet Vergrößern und Verschieben</translation>
    </message>
    <message>
        <source>at %1</source>
        <translation>bei %1</translation>
    </message>
</context>
<context>
    <name>convergence::TrajectoryView</name>
    <message>
        <source>Show everything	Home</source>
        <translation>Alles zeigen	Pos1</translation>
    </message>
    <message>
        <source>Ends zooming and panning</source>
        <translation>Beendet Vergrößern und Verschieben</translation>
    </message>
</context>
<context>
    <name>convergence::TransportBar</name>
    <message>
        <source>▶ Play</source>
        <translation>▶ Start</translation>
    </message>
    <message>
        <source>Play or pause (Space)</source>
        <translation>Starten oder anhalten (Leertaste)</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>One iteration of every arm, then pause (.)</source>
        <translation>Eine Iteration jedes Arms, dann anhalten (.)</translation>
    </message>
    <message>
        <source>Restart</source>
        <translation>Von vorn</translation>
    </message>
    <message>
        <source>Start again with the same values (Ctrl+R)</source>
        <translation>Mit denselben Werten von vorn beginnen (Strg+R)</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Ende</translation>
    </message>
    <message>
        <source>Stop for good and keep what was recorded</source>
        <translation>Endgültig beenden und das Aufgezeichnete behalten</translation>
    </message>
    <message>
        <source>&amp;Speed</source>
        <translation>&amp;Tempo</translation>
    </message>
    <message>
        <source>in %1 s</source>
        <translation>in %1 s</translation>
    </message>
    <message>
        <source>as fast as possible</source>
        <translation>so schnell wie möglich</translation>
    </message>
    <message>
        <source>How long the whole run takes to play, slow at first: geometric in iterations</source>
        <translation>Wie lange der ganze Lauf dauert, anfangs langsam: geometrisch in Iterationen</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Go back in the run</source>
        <translation>Im Lauf zurückgehen</translation>
    </message>
    <message>
        <source>frame of iteration %1</source>
        <translation>Bild der Iteration %1</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>❚❚ Pause</source>
        <translation>❚❚ Halt</translation>
    </message>
    <message>
        <source>▶ Resume</source>
        <translation>▶ Weiter</translation>
    </message>
    <message>
        <source>▶ Again</source>
        <translation>▶ Nochmal</translation>
    </message>
    <message>
        <source>%1 of %2 trials · </source>
        <translation>%1 von %2 Versuchen · </translation>
    </message>
    <message>
        <source>iteration %1</source>
        <translation>Iteration %1</translation>
    </message>
    <message>
        <source> · %1 steps/s · %2 left</source>
        <translation> · %1 Schritte/s · noch %2</translation>
    </message>
    <message>
        <source>Here one can go back from trial to trial, once two have ended</source>
        <translation>Hier kann man von Versuch zu Versuch zurückgehen, sobald zwei geendet haben</translation>
    </message>
    <message>
        <source>Here one can go back to earlier iterations, once there are some</source>
        <translation>Hier kann man zu früheren Iterationen zurückgehen, sobald es welche gibt</translation>
    </message>
    <message>
        <source>Go back to when fewer trials had ended</source>
        <translation>Dahin zurückgehen, als weniger Versuche geendet hatten</translation>
    </message>
    <message>
        <source>Go back to an earlier moment of the run</source>
        <translation>Zu einem früheren Augenblick des Laufs zurückgehen</translation>
    </message>
    <message>
        <source>present</source>
        <translation>jetzt</translation>
    </message>
    <message>
        <source>preparing: %1</source>
        <translation>Vorbereitung: %1</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>Überspringen</translation>
    </message>
    <message>
        <source>Play without it</source>
        <translation>Ohne dies abspielen</translation>
    </message>
</context>
<context>
    <name>convergence::TrialView</name>
    <message>
        <source>Arm</source>
        <translation>Arm</translation>
    </message>
    <message>
        <source>Press play to start the run.</source>
        <translation>Mit Start beginnt der Lauf.</translation>
    </message>
    <message>
        <source>No trial has this choice: choose another value above.</source>
        <translation>Kein Versuch hat diese Auswahl: oben einen anderen Wert wählen.</translation>
    </message>
    <message>
        <source>Nothing to show here now. Press play, or choose another value above.</source>
        <translation>Hier gibt es gerade nichts zu sehen. Starten oder oben einen anderen Wert wählen.</translation>
    </message>
    <message>
        <source>This cannot be drawn: %1.</source>
        <translation>Das lässt sich nicht zeichnen: %1.</translation>
    </message>
    <message>
        <source>All arms are hidden: click one of the chips above the views.</source>
        <translation>Alle Arme sind ausgeschaltet: über den Ansichten auf einen Arm klicken.</translation>
    </message>
</context>
<context>
    <name>convergence::ViewArea</name>
    <message>
        <source>Views</source>
        <translation>Ansichten</translation>
    </message>
    <message>
        <source>SVG (*.svg);;PDF (*.pdf);;PNG (*.png);;CSV (*.csv);;PGFPlots (*.tex)</source>
        <translation>SVG (*.svg);;PDF (*.pdf);;PNG (*.png);;CSV (*.csv);;PGFPlots (*.tex)</translation>
    </message>
    <message>
        <source>Export the view &quot;%1&quot;</source>
        <translation>Die Ansicht „%1“ ausgeben</translation>
    </message>
    <message>
        <source>Written: %1</source>
        <translation>Geschrieben: %1</translation>
    </message>
    <message>
        <source>Close the view &quot;%1&quot;</source>
        <translation>Ansicht „%1“ schließen</translation>
    </message>
</context>
<context>
    <name>convergence::ViewDock</name>
    <message>
        <source>Other views behind these tabs</source>
        <translation>Weitere Ansichten hinter diesen Reitern</translation>
    </message>
    <message>
        <source>In a window of its own, or back</source>
        <translation>In ein eigenes Fenster oder zurück</translation>
    </message>
    <message>
        <source>Close this view (Ctrl+W); undo or the menu View brings it back</source>
        <translation>Diese Ansicht schließen (Strg+W); Rückgängig oder das Menü „Ansicht“ bringt sie zurück</translation>
    </message>
    <message>
        <source>here</source>
        <translation>hier</translation>
    </message>
    <message>
        <source>The lesson&apos;s step is about this view</source>
        <translation>Um diese Ansicht geht es im Schritt der Lektion</translation>
    </message>
</context>
<context>
    <name>convergence::ViewWidget</name>
    <message>
        <source>The view "%1" is not in space and cannot be seen from "%2".</source>
        <translation>Die Ansicht „%1“ liegt nicht im Raum und ist nicht von „%2“ aus zu sehen.</translation>
    </message>
</context>
<context>
    <name>convergence::VolumeControls</name>
    <message>
        <source>Quantity</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Colors</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>its own</source>
        <translation>die eigenen</translation>
    </message>
    <message>
        <source>color map</source>
        <translation>Farbverlauf</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>Volumen</translation>
    </message>
    <message>
        <source>Light through all points</source>
        <translation>Licht durch alle Punkte</translation>
    </message>
    <message>
        <source>Opacity ×</source>
        <translation>Deckung ×</translation>
    </message>
    <message>
        <source>Factor on the opacity, from 0.01 to 10</source>
        <translation>Faktor auf die Deckung, von 0.01 bis 10</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Ab</translation>
    </message>
    <message>
        <source>Smaller shares of the range are not drawn</source>
        <translation>Kleinere Anteile des Bereichs werden nicht gezeichnet</translation>
    </message>
    <message>
        <source>Isosurface</source>
        <translation>Isofläche</translation>
    </message>
    <message>
        <source>Where the quantity crosses a level</source>
        <translation>Wo die Größe ein Niveau kreuzt</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>Niveau</translation>
    </message>
    <message>
        <source>Share of the range at which the surface lies</source>
        <translation>Anteil des Bereichs, bei dem die Fläche liegt</translation>
    </message>
    <message>
        <source>Slice across %1</source>
        <translation>Schnitt quer zu %1</translation>
    </message>
    <message>
        <source>at</source>
        <translation>bei</translation>
    </message>
    <message>
        <source>Share of the box&apos;s edge</source>
        <translation>Anteil der Kante des Kastens</translation>
    </message>
    <message>
        <source>Boxes</source>
        <translation>Kästen</translation>
    </message>
    <message>
        <source>Outlines of the grid and of other boxes</source>
        <translation>Umrisse des Gitters und anderer Kästen</translation>
    </message>
    <message>
        <source>Cameras</source>
        <translation>Kameras</translation>
    </message>
    <message>
        <source>Where the pictures were taken</source>
        <translation>Wo die Bilder aufgenommen wurden</translation>
    </message>
    <message>
        <source>Their pictures</source>
        <translation>Ihre Bilder</translation>
    </message>
    <message>
        <source>Pictures of the cameras behind what is seen</source>
        <translation>Bilder der Kameras hinter dem Gesehenen</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>Look through it</source>
        <translation>Durch sie sehen</translation>
    </message>
    <message>
        <source>Look from the chosen camera</source>
        <translation>Von der gewählten Kamera aus sehen</translation>
    </message>
    <message>
        <source>opacity</source>
        <translation>Deckung</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>What is shown of the volume, and how</source>
        <translation>Was vom Volumen gezeigt wird, und wie</translation>
    </message>
</context>
<context>
    <name>convergence::VolumeView</name>
    <message>
        <source>There is nothing to see here, since volumes need OpenGL.
%1</source>
        <translation>Hier gibt es nichts zu sehen, da Volumen OpenGL brauchen.
%1</translation>
    </message>
    <message>
        <source>From the front</source>
        <translation>Von vorn</translation>
    </message>
    <message>
        <source>From the side</source>
        <translation>Von der Seite</translation>
    </message>
    <message>
        <source>From above</source>
        <translation>Von oben</translation>
    </message>
    <message>
        <source>From a corner</source>
        <translation>Von einer Ecke</translation>
    </message>
    <message>
        <source>Through the chosen camera</source>
        <translation>Durch die gewählte Kamera</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Blick</translation>
    </message>
    <message>
        <source>Controls</source>
        <translation>Regler</translation>
    </message>
    <message>
        <source>What is shown, and how (C)</source>
        <translation>Was gezeigt wird, und wie (C)</translation>
    </message>
    <message>
        <source>VTK image data</source>
        <translation>VTK-Bilddaten</translation>
    </message>
    <message>
        <source>Isosurface</source>
        <translation>Isofläche</translation>
    </message>
    <message>
        <source>The file %1 was not written: the view &quot;%2&quot; has no volume yet.</source>
        <translation>Die Datei %1 wurde nicht geschrieben: die Ansicht „%2“ hat noch kein Volumen.</translation>
    </message>
    <message>
        <source>Film of a turntable …</source>
        <translation>Film einer Drehung …</translation>
    </message>
    <message>
        <source>Pictures once around, as WebM or GIF</source>
        <translation>Bilder einmal rundum, als WebM oder GIF</translation>
    </message>
    <message>
        <source>Where to look from (Ctrl+Alt+1 to 5, Ctrl+Alt+0 resets)</source>
        <translation>Von wo gesehen wird (Strg+Alt+1 bis 5, Strg+Alt+0 setzt zurück)</translation>
    </message>
</context>
<context>
    <name>convergence::VtkWidget</name>
    <message>
        <source>The display (%1) offers no OpenGL.</source>
        <translation>Der Bildschirm (%1) bietet kein OpenGL.</translation>
    </message>
    <message>
        <source>OpenGL cannot be used on this display (%1).</source>
        <translation>OpenGL ist auf diesem Bildschirm (%1) nicht zu gebrauchen.</translation>
    </message>
    <message>
        <source>The display offers OpenGL %1%2.%3; 3.2 is needed.</source>
        <translation>Der Bildschirm bietet OpenGL %1%2.%3; gebraucht wird 3.2.</translation>
    </message>
</context>
<context>
    <name>convergence::ParameterSection</name>
    <message>
        <source>%1 (%2, changed: %3)</source>
        <translation>%1 (%2, geändert: %3)</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1 (%2)</translation>
    </message>
</context>
<context>
    <name>convergence::Stage</name>
    <message>
        <source>&amp;Stage</source>
        <translation>&amp;Bühne</translation>
    </message>
    <message>
        <source>For a lecture hall: one or two views, large, and nothing else</source>
        <translation>Für den Hörsaal: ein oder zwei Ansichten, groß, und sonst nichts</translation>
    </message>
    <message>
        <source>next and previous step of the lesson</source>
        <translation>nächster und voriger Schritt der Lektion</translation>
    </message>
    <message>
        <source>later and earlier in the run</source>
        <translation>später und früher im Lauf</translation>
    </message>
    <message>
        <source>Page Up, Page Down</source>
        <translation>Bild auf, Bild ab</translation>
    </message>
    <message>
        <source>the same, for a clicker</source>
        <translation>dasselbe, für einen Presenter</translation>
    </message>
    <message>
        <source>Space</source>
        <translation>Leertaste</translation>
    </message>
    <message>
        <source>play or pause</source>
        <translation>abspielen oder anhalten</translation>
    </message>
    <message>
        <source>one iteration</source>
        <translation>eine Iteration</translation>
    </message>
    <message>
        <source>black or white screen</source>
        <translation>schwarzer oder weißer Bildschirm</translation>
    </message>
    <message>
        <source>Esc  F5</source>
        <translation>Esc  F5</translation>
    </message>
    <message>
        <source>leave the stage</source>
        <translation>die Bühne verlassen</translation>
    </message>
    <message>
        <source>the main views</source>
        <translation>die wichtigsten Ansichten</translation>
    </message>
</context>
<context>
    <name>convergence::StageCover</name>
    <message>
        <source>Blank screen</source>
        <translation>Leerer Bildschirm</translation>
    </message>
    <message>
        <source>Keys on stage</source>
        <translation>Tasten auf der Bühne</translation>
    </message>
</context>
<context>
    <name>convergence::Worksheet</name>
    <message>
        <source>For the teacher: with measured figures and answers</source>
        <translation>Für Lehrende: mit gemessenen Zahlen und Antworten</translation>
    </message>
    <message>
        <source>Name ________________________    Date ___________</source>
        <translation>Name ________________________    Datum ___________</translation>
    </message>
    <message>
        <source>Claim:</source>
        <translation>Behauptung:</translation>
    </message>
    <message>
        <source>Expected: %1.</source>
        <translation>Erwartet: %1.</translation>
    </message>
    <message>
        <source>Its protocol takes several runs: *Verify* in the window.</source>
        <translation>Ihr Protokoll braucht mehrere Läufe: *Nachprüfen* im Fenster.</translation>
    </message>
    <message>
        <source>In this run: %1.</source>
        <translation>In diesem Lauf: %1.</translation>
    </message>
    <message>
        <source>In this run: %1 – %2.</source>
        <translation>In diesem Lauf: %1 – %2.</translation>
    </message>
    <message>
        <source>Predict:</source>
        <translation>Vorhersage:</translation>
    </message>
    <message>
        <source>What do you see?</source>
        <translation>Was siehst du?</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>no number</source>
        <translation>keine Zahl</translation>
    </message>
    <message>
        <source>Measured: %1</source>
        <translation>Gemessen: %1</translation>
    </message>
    <message>
        <source>Because</source>
        <translation>Weil</translation>
    </message>
    <message>
        <source>The view that is to be predicted is not there.</source>
        <translation>Die Ansicht, die vorhergesagt werden soll, gibt es nicht.</translation>
    </message>
    <message>
        <source>Questions</source>
        <translation>Fragen</translation>
    </message>
    <message>
        <source>Convergence Lab %1 · lesson %2 · page %3 of %4</source>
        <translation>Convergence Lab %1 · Lektion %2 · Seite %3 von %4</translation>
    </message>
</context>
<context>
    <name>convergence::WorksheetDialog</name>
    <message>
        <source>A second sheet for the &amp;teacher, with measured figures and answers</source>
        <translation>Ein zweites Blatt für &amp;Lehrende, mit gemessenen Zahlen und Antworten</translation>
    </message>
    <message>
        <source>Worksheet</source>
        <translation>Arbeitsblatt</translation>
    </message>
    <message>
        <source>For it the lesson&apos;s experiments run once, which may take some minutes; you can go on working meanwhile.</source>
        <translation>Dafür laufen die Experimente der Lektion einmal, was einige Minuten dauern kann; währenddessen kann weitergearbeitet werden.</translation>
    </message>
    <message>
        <source>&amp;Lesson</source>
        <translation>&amp;Lektion</translation>
    </message>
    <message>
        <source>Choose a file …</source>
        <translation>Datei wählen …</translation>
    </message>
</context>
<context>
    <name>convergence::Worksheets</name>
    <message>
        <source>File for the worksheet</source>
        <translation>Datei für das Arbeitsblatt</translation>
    </message>
    <message>
        <source>PDF (*.pdf)</source>
        <translation>PDF (*.pdf)</translation>
    </message>
    <message>
        <source>Worksheet</source>
        <translation>Arbeitsblatt</translation>
    </message>
    <message>
        <source>Written: %1</source>
        <translation>Geschrieben: %1</translation>
    </message>
</context>
<context>
    <name>convergence::CurvesDialog</name>
    <message>
        <source>Draw a log over the run</source>
        <translation>Ein Protokoll über den Lauf zeichnen</translation>
    </message>
    <message>
        <source>Each curve of %1 is drawn in the charts of the quantity that you choose for it.</source>
        <translation>Jede Kurve aus %1 wird in den Diagrammen der Größe gezeichnet, die für sie gewählt ist.</translation>
    </message>
    <message>
        <source>Iterations are</source>
        <translation>Iterationen sind</translation>
    </message>
    <message>
        <source>&amp;Iterations are</source>
        <translation>&amp;Iterationen sind</translation>
    </message>
    <message>
        <source>%1 is drawn as</source>
        <translation>%1 wird gezeichnet als</translation>
    </message>
    <message>
        <source>not drawn</source>
        <translation>nicht gezeichnet</translation>
    </message>
    <message>
        <source>&amp;Draw</source>
        <translation>&amp;Zeichnen</translation>
    </message>
</context>
<context>
    <name>convergence::LogOverRun</name>
    <message>
        <source>Draw a &amp;log over the run …</source>
        <translation>Ein &amp;Protokoll über den Lauf zeichnen …</translation>
    </message>
    <message>
        <source>Curves of a training of your own in the charts of this experiment</source>
        <translation>Kurven eines eigenen Trainings in den Diagrammen dieses Experiments</translation>
    </message>
    <message>
        <source>Draw a log over the run</source>
        <translation>Ein Protokoll über den Lauf zeichnen</translation>
    </message>
    <message>
        <source>Logs of training (*.csv *.tsv *.txt *.tab *.gz)</source>
        <translation>Trainingsprotokolle (*.csv *.tsv *.txt *.tab *.gz)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>There is no run yet to draw a log over. Press Play first.</source>
        <translation>Noch gibt es keinen Lauf, über den ein Protokoll gezeichnet werden könnte. Zuerst Start drücken.</translation>
    </message>
    <message>
        <source>own curves</source>
        <translation>eigene Kurven</translation>
    </message>
    <message>
        <source>curves of %1</source>
        <translation>Kurven aus %1</translation>
    </message>
    <message>
        <source>%1 is drawn over the run; it is ticked among the kept runs.</source>
        <translation>%1 ist über den Lauf gezeichnet und bei den aufbewahrten Läufen angekreuzt.</translation>
    </message>
</context>
</TS>
