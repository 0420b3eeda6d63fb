// Network flows: the synthetic generator's geometry, loaders, partitions, standardization.

#include <cmath>
#include <set>

#include <QtTest>

#include "core/data/network_flows.h"
#include "core/math/decompositions.h"
#include "tests/expectations.h"
#include "tests/registered_test.h"

using namespace convergence;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

std::string written(const QTemporaryDir& folder, const char* name, const QByteArray& content) {
    const QString path = folder.filePath(name);
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        qFatal("cannot write %s", qPrintable(path));
    file.write(content);
    return path.toStdString();
}

FlowTable smallTable() {
    return {.label = "label", .normalValue = "ok", .kind = "", .sortKey = "port", .dropped = {}};
}

} // namespace

class NetworkFlowsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void syntheticTrafficHasSixFactorsAndAttacksLeaveThem() {
        const NetworkFlows flows = syntheticFlows(4000, 400, 400, 3);
        // Leave out the sort key. Six directions stand out of the noise of deviation 0.6.
        const MatrixXd x = flows.training.bottomRows(38);
        const auto svd = thinSvd(x);
        const VectorXd sigma = svd.values / std::sqrt(double(x.cols()));
        QVERIFY(sigma[5] > 2.0);
        QVERIFY(sigma[6] < 0.75);
        const MatrixXd factors = svd.u.leftCols(6);
        const auto residual = [&](const MatrixXd& all) {
            const MatrixXd y = all.bottomRows(38);
            return VectorXd((y - factors * (factors.transpose() * y)).colwise().squaredNorm());
        };
        QVERIFY(residual(flows.normalTest).mean() < 1.2 * 0.36 * 32);
        // Amplitude 6 adds 36·E(0.8 + 0.4u)² = 36.5, less what lies on feature 0.
        const VectorXd attacks = residual(flows.attackTest);
        double first = 0.0;
        for (Index j = 0; j < 400; j += 4)
            first += attacks[j] / 100.0;
        QVERIFY(first > 0.36 * 32 + 20.0);
        QCOMPARE(flows.attackKinds[6], 2);
    }

    void syntheticProfilesAreTheSortKey() {
        const NetworkFlows flows = syntheticFlows(2000, 10, 10, 3);
        int near = 0;
        for (const double key : flows.sortKey)
            near += std::abs(key - std::round(key)) < 0.4 ? 1 : 0;
        QVERIFY(near > 1850); // 95 % within two deviations of 0.2
    }

    void filesAreRead() {
        const QTemporaryDir folder;
        const auto path = written(folder, "f.csv",
                                  "port,proto,size,flag,label\n"
                                  "1,tcp,10,T,ok\n2,udp,-,F,ok\n3,tcp,30,T,scan\n4,tcp,40,F,ok\n"
                                  "5,icmp,50,T,flood\n6,tcp,60,T,ok\n7,tcp,70,F,ok\n");
        const NetworkFlows flows = readFlows(path, "", smallTable());
        QCOMPARE(flows.features, (std::vector<std::string>{"port", "size", "flag"}));
        QCOMPARE(flows.training.cols(), Index{4}); // the fifth normal flow is for testing
        QCOMPARE(flows.training(1, 1), 0.0);       // "-" is missing
        QCOMPARE(flows.training(2, 0), 1.0);
        QCOMPARE(flows.normalTest(0, 0), 7.0);
        QCOMPARE(flows.kindNames, (std::vector<std::string>{"flood", "scan"}));
        QCOMPARE(flows.attackKinds, (std::vector<int>{1, 0}));
        QVERIFY(flows.source.find("proto") != std::string::npos);

        FlowTable oneHot = smallTable();
        oneHot.oneHotText = true;
        const NetworkFlows more = readFlows(path, "", oneHot);
        QCOMPARE(more.features.size(), std::size_t{6});
        QCOMPARE(more.features[1], std::string("proto=tcp"));
        QCOMPARE(more.training.row(1).sum(), 3.0);
    }

    void unswHasThirtyNineFeatures() {
        const QTemporaryDir folder;
        QByteArray header = "id,dur,proto,service,state,spkts,dpkts,sbytes,dbytes,rate,sttl,dttl,"
                            "sload,dload,sloss,dloss,sinpkt,dinpkt,sjit,djit,swin,stcpb,dtcpb,dwin,"
                            "tcprtt,synack,ackdat,smean,dmean,trans_depth,response_body_len,"
                            "ct_srv_src,ct_state_ttl,ct_dst_ltm,ct_src_dport_ltm,ct_dst_sport_ltm,"
                            "ct_dst_src_ltm,is_ftp_login,ct_ftp_cmd,ct_flw_http_mthd,ct_src_ltm,"
                            "ct_srv_dst,is_sm_ips_ports,attack_cat,label\n";
        QByteArray training = header, test = header;
        const auto row = [](int i, const char* kind, int label) {
            QByteArray text = QByteArray::number(i) + ",0.1,tcp,-,FIN";
            for (int column = 0; column < 38; ++column)
                text += "," + QByteArray::number((i * 7 + column) % 11);
            return text + "," + kind + "," + QByteArray::number(label) + "\n";
        };
        for (int i = 0; i < 20; ++i)
            training += row(i, "Normal", 0);
        training += row(20, "DoS", 1);
        test += row(1, "Normal", 0) + row(2, "Worms", 1);
        const NetworkFlows flows = readFlows(written(folder, "a.csv", training),
                                             written(folder, "b.csv", test), unswTable());
        QCOMPARE(flows.features.size(), std::size_t{39});
        QCOMPARE(flows.training.cols(), Index{20});
        QCOMPARE(flows.kindNames, std::vector<std::string>{"Worms"});
    }

    void damagedFilesAreRefusedWithTheirLine() {
        const QTemporaryDir folder;
        const auto reading = [&](const QByteArray& content) {
            return [path = written(folder, "bad.csv", content)] {
                return readFlows(path, "", smallTable());
            };
        };
        expectRefusal(reading("port,size\n1,2\n"), "label");
        expectRefusal(reading("port,size,label\n1,2,ok\n1,ok\n"), "line 3");
        expectRefusal(reading("port,size,label\n1,2,scan\n2,3,scan\n"), "0 normal flows");
        expectRefusal(reading("port,size,x,label\nweb,2,1,ok\n2,3,4,ok\n"), "'port'");
        expectRefusal(reading("port,size,label\n1,2,ok\n2,3,ok\n"), "attacks to test on");
        // A small file, whose matrices of pairs of columns would take gigabytes.
        QByteArray names("label"), row("\nok");
        for (int i = 0; i < 20000; ++i) {
            names += i == 0 ? ",port" : ",x" + QByteArray::number(i);
            row += ",1";
        }
        expectRefusal(reading(names + row + row + "\n"), "20000 features", "at most 1000");
    }

    void standardizedFeaturesHaveMeanZeroAndDeviationOne() {
        MatrixXd x(3, 4);
        x << 1, 2, 3, 4, 5, 5, 5, 5, -1, 1, -1, 1;
        const MatrixXd z = Standardization(x).apply(x);
        expectNear(z.rowwise().mean(), Eigen::Vector3d::Zero(), 1e-15);
        expectNear(z.row(0).squaredNorm() / 4.0, 1.0, 1e-14);
        QCOMPARE(z.row(1).norm(), 0.0); // constant
    }

    void partitionsCoverEveryFlowOnce() {
        const NetworkFlows flows = syntheticFlows(997, 5, 5, 4);
        for (const auto kind :
             {FlowPartition::sorted, FlowPartition::shuffled, FlowPartition::dirichlet}) {
            const auto shares = partitionFlows(
                flows.sortKey,
                {.clients = 20, .partition = kind, .concentration = 0.05, .fewest = 5}, 4);
            std::set<Index> seen;
            for (const auto& share : shares) {
                QVERIFY(share.size() >= 5);
                seen.insert(share.begin(), share.end());
            }
            QCOMPARE(seen.size(), std::size_t{997});
        }
        const auto sorted = partitionFlows(flows.sortKey, {.clients = 20, .fewest = 5}, 4);
        double last = -1e9;
        for (const auto& share : sorted)
            for (const Index flow : share) {
                QVERIFY(flows.sortKey[flow] >= last);
                last = flows.sortKey[flow];
            }
        expectRefusal([&] { partitionFlows(flows.sortKey, {.clients = 500, .fewest = 2}, 4); },
                      "too few");
    }
};

REGISTER_TEST(NetworkFlowsTest)
#include "network_flows_test.moc"
